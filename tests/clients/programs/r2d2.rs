//! r2d2's own pool; Diesel's part, which Debian has not, is done here as Diesel does it: libpq opens the
//! connection with the URL as it is.
use std::env;
use std::error::Error;
use std::ffi::{CStr, CString};
use std::io::Read;
use std::marker::PhantomData;
use std::os::raw::{c_char, c_int, c_void};
#[allow(unused_imports)] // where the snippet names no time
use std::time::Duration;

enum PGconn {}
#[link(name = "pq")]
extern "C" {
    fn PQconnectdb(conninfo: *const c_char) -> *mut PGconn;
    fn PQstatus(connection: *const PGconn) -> c_int;
    fn PQerrorMessage(connection: *const PGconn) -> *const c_char;
    fn PQexec(connection: *mut PGconn, query: *const c_char) -> *mut c_void;
    fn PQresultStatus(result: *const c_void) -> c_int;
    fn PQclear(result: *mut c_void);
    fn PQfinish(connection: *mut PGconn);
}
const CONNECTION_OK: c_int = 0;
const PGRES_TUPLES_OK: c_int = 2;

#[derive(Debug)]
struct Failed(String);

impl std::fmt::Display for Failed {
    fn fmt(&self, to: &mut std::fmt::Formatter) -> std::fmt::Result {
        to.write_str(&self.0)
    }
}

impl Error for Failed {}

struct PgConnection(*mut PGconn);
unsafe impl Send for PgConnection {}

impl PgConnection {
    fn establish(url: &str) -> Result<PgConnection, Failed> {
        let url = CString::new(url).map_err(|error| Failed(error.to_string()))?;
        let made = PgConnection(unsafe { PQconnectdb(url.as_ptr()) });
        if unsafe { PQstatus(made.0) } == CONNECTION_OK { Ok(made) } else { Err(made.failed()) }
    }

    fn failed(&self) -> Failed {
        Failed(unsafe { CStr::from_ptr(PQerrorMessage(self.0)) }.to_string_lossy().into_owned())
    }

    fn execute(&self, query: &str) -> Result<(), Failed> {
        let query = CString::new(query).unwrap();
        let status = unsafe {
            let result = PQexec(self.0, query.as_ptr());
            let status = PQresultStatus(result);
            PQclear(result);
            status
        };
        if status == PGRES_TUPLES_OK { Ok(()) } else { Err(self.failed()) }
    }
}

impl Drop for PgConnection {
    fn drop(&mut self) {
        unsafe { PQfinish(self.0) }
    }
}

struct ConnectionManager<T> {
    url: String,
    kind: PhantomData<fn() -> T>,
}

impl<T> ConnectionManager<T> {
    fn new(url: impl Into<String>) -> ConnectionManager<T> {
        ConnectionManager { url: url.into(), kind: PhantomData }
    }
}

impl r2d2::ManageConnection for ConnectionManager<PgConnection> {
    type Connection = PgConnection;
    type Error = Failed;

    fn connect(&self) -> Result<PgConnection, Failed> {
        PgConnection::establish(&self.url)
    }

    fn is_valid(&self, connection: &mut PgConnection) -> Result<(), Failed> {
        connection.execute("SELECT 1")
    }

    fn has_broken(&self, connection: &mut PgConnection) -> bool {
        unsafe { PQstatus(connection.0) != CONNECTION_OK }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let pool = @SNIPPET@;
    let query = format!("SELECT pg_sleep({})", env::var("HOLD")?);
    let jobs: Vec<_> = (0..env::var("JOBS")?.parse()?)
        .map(|_| {
            let (pool, query) = (pool.clone(), query.clone());
            std::thread::spawn(move || -> Result<(), String> {
                let connection = pool.get().map_err(|error| error.to_string())?;
                connection.execute(&query).map_err(|error| error.to_string())
            })
        })
        .collect();
    for job in jobs {
        job.join().unwrap()?;
    }
    println!("done");
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

fn main() {
    if let Err(error) = run() {
        println!("failed: {}", error.to_string().replace('\n', " "));
        std::process::exit(1);
    }
}
