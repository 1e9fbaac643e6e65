import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.StringReader;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;

/* What Spring Boot does with its application.properties, with nothing but HikariCP. */
class Program {
    static final String PROPERTIES = """
        @SNIPPET@
        """;

    static HikariDataSource dataSource() throws Exception {
        String hikari = "spring.datasource.hikari.";
        Properties given = new Properties(), wanted = new Properties();
        given.load(new StringReader(PROPERTIES.replace("${DATABASE_URL}", System.getenv("DATABASE_URL"))));
        for (String name : given.stringPropertyNames()) {
            if (name.startsWith(hikari))
                wanted.setProperty(name.substring(hikari.length()), given.getProperty(name));
        }
        wanted.setProperty("jdbcUrl", given.getProperty("spring.datasource.url"));
        return new HikariDataSource(new HikariConfig(wanted));
    }

    static Object job(HikariDataSource source) throws Exception {
        try (var connection = source.getConnection(); var statement = connection.createStatement()) {
            statement.execute("SELECT pg_sleep(" + System.getenv("HOLD") + ")");
        }
        return null;
    }

    public static void main(String[] arguments) throws Exception {
        int jobs = Integer.parseInt(System.getenv("JOBS"));
        try {
            HikariDataSource source = dataSource();
            ExecutorService threads = Executors.newFixedThreadPool(jobs);
            List<Future<Object>> running = new ArrayList<>();
            for (int i = 0; i < jobs; i++)
                running.add(threads.submit(() -> job(source)));
            for (Future<Object> one : running)
                one.get();
        } catch (Exception error) {
            System.out.println("failed: " + error);
            System.exit(1);
        }
        System.out.println("done");
        while (System.in.read() >= 0)
            ;
        System.exit(0);
    }
}
