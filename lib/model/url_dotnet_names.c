/* The keys of Npgsql's connection strings: see url_parts.h. */
#include "url_parts.h"

#include <string.h>
#include <strings.h>

/* What Npgsql knows (NpgsqlConnectionStringBuilder.cs at 3cb5804): the name that is kept, the one
 * that is written, and others for the same, each separated by a bar; case is ignored. */
static const struct {
    const char *key, *written, *others;
} names[] = {
    {"host", "Host", "Server"},
    {"port", "Port", ""},
    {"dbname", "Database", "DB"},
    {"user", "Username", "User Name|UserId|User Id|UID"},
    {"password", "Password", "PSW|PWD"},
    {"Passfile", "Passfile", ""},
    {"Application Name", "Application Name", "ApplicationName"},
    {"Enlist", "Enlist", ""},
    {"Search Path", "Search Path", "SearchPath"},
    {"Client Encoding", "Client Encoding", "ClientEncoding"},
    {"Encoding", "Encoding", ""},
    {"Timezone", "Timezone", ""},
    {"SSL Mode", "SSL Mode", "SslMode"},
    {"SSL Negotiation", "SSL Negotiation", "SslNegotiation"},
    {"GSS Encryption Mode", "GSS Encryption Mode", "GssEncryptionMode"},
    {"SSL Certificate", "SSL Certificate", "SslCertificate"},
    {"SSL Key", "SSL Key", "SslKey"},
    {"SSL Password", "SSL Password", "SslPassword"},
    {"Root Certificate", "Root Certificate", "RootCertificate"},
    {"Check Certificate Revocation", "Check Certificate Revocation", "CheckCertificateRevocation"},
    {"Kerberos Service Name", "Kerberos Service Name", "KerberosServiceName|Krbsrvname"},
    {"Include Realm", "Include Realm", "IncludeRealm"},
    {"Persist Security Info", "Persist Security Info", "PersistSecurityInfo"},
    {"Log Parameters", "Log Parameters", "LogParameters"},
    {"Include Error Detail", "Include Error Detail", "IncludeErrorDetail"},
    {"Include Failed Batched Command", "Include Failed Batched Command",
     "IncludeFailedBatchedCommand"},
    {"Channel Binding", "Channel Binding", "ChannelBinding"},
    {"Require Auth", "Require Auth", "RequireAuth"},
    {"Pooling", "Pooling", ""},
    {"Minimum Pool Size", "Minimum Pool Size", "MinPoolSize"},
    {"Maximum Pool Size", "Maximum Pool Size", "MaxPoolSize"},
    {"Connection Idle Lifetime", "Connection Idle Lifetime", "ConnectionIdleLifetime"},
    {"Connection Pruning Interval", "Connection Pruning Interval", "ConnectionPruningInterval"},
    {"Connection Lifetime", "Connection Lifetime", "ConnectionLifetime|Load Balance Timeout"},
    {"Timeout", "Timeout", ""},
    {"Command Timeout", "Command Timeout", "CommandTimeout"},
    {"Cancellation Timeout", "Cancellation Timeout", "CancellationTimeout"},
    {"Target Session Attributes", "Target Session Attributes", "TargetSessionAttributes"},
    {"Load Balance Hosts", "Load Balance Hosts", "LoadBalanceHosts"},
    {"Host Recheck Seconds", "Host Recheck Seconds", "HostRecheckSeconds"},
    {"Keepalive", "Keepalive", ""},
    {"TCP Keepalive", "TCP Keepalive", "TcpKeepAlive"},
    {"TCP Keepalive Time", "TCP Keepalive Time", "TcpKeepAliveTime"},
    {"TCP Keepalive Interval", "TCP Keepalive Interval", "TcpKeepAliveInterval"},
    {"Read Buffer Size", "Read Buffer Size", "ReadBufferSize"},
    {"Write Buffer Size", "Write Buffer Size", "WriteBufferSize"},
    {"Socket Receive Buffer Size", "Socket Receive Buffer Size", "SocketReceiveBufferSize"},
    {"Socket Send Buffer Size", "Socket Send Buffer Size", "SocketSendBufferSize"},
    {"Max Auto Prepare", "Max Auto Prepare", "MaxAutoPrepare"},
    {"Auto Prepare Min Usages", "Auto Prepare Min Usages", "AutoPrepareMinUsages"},
    {"No Reset On Close", "No Reset On Close", "NoResetOnClose"},
    {"Options", "Options", ""},
    {"Array Nullability Mode", "Array Nullability Mode", "ArrayNullabilityMode"},
    {"Load Table Composites", "Load Table Composites", "LoadTableComposites"},
    {"Server Compatibility Mode", "Server Compatibility Mode", "ServerCompatibilityMode"},
    {"Trust Server Certificate", "Trust Server Certificate", "TrustServerCertificate"},
    {"Internal Command Timeout", "Internal Command Timeout", "InternalCommandTimeout"},
};

enum { NAMES = sizeof names / sizeof names[0] };

static bool is_among(const char *list, const char *name, size_t length)
{
    for (;;) {
        size_t item = strcspn(list, "|");
        if (item == length && strncasecmp(list, name, length) == 0)
            return true;
        if (list[item] == '\0')
            return false;
        list += item + 1;
    }
}

int url_dotnet_find(const char *name, size_t length)
{
    for (int i = 0; length > 0 && i < NAMES; i++)
        if (is_among(names[i].written, name, length) || is_among(names[i].others, name, length))
            return i;
    return -1;
}

const char *url_dotnet_name(const char *key)
{
    for (int i = 0; i < DOTNET_PARTS; i++)
        if (strcmp(names[i].key, key) == 0)
            return names[i].written;
    return key;
}

const char *url_dotnet_key(int row)
{
    return names[row].key;
}
