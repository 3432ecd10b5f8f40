//! Chromium behind its WebDriver, on a free port; it ends with the test.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;
use thirtyfour::extensions::cdp::ChromeDevTools;
use thirtyfour::prelude::*;

/// Counts what the content security policy stops, over all pages of the session.
const COUNT_VIOLATIONS: &str = "addEventListener('securitypolicyviolation', () => sessionStorage.setItem('violations', \
                                Number(sessionStorage.getItem('violations')) + 1));";

/// A browser at one site.
pub struct Browser {
    pub driver: WebDriver,
    url: String,
    /// Stopped last.
    _process: Process,
}

/// The driver, and the folder that it and Chromium leave their files in.
struct Process {
    child: Child,
    port: u16,
    /// The session that it began, which ends with it: Chromium would outlive a driver that is killed.
    session: Option<String>,
    _folder: TempDir,
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Some(session) = &self.session {
            // A test that failed has not ended it. Nothing is left to do about an error.
            let _ = end(self.port, session);
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks the driver to end a session and the browser with it, and waits until it has.
fn end(port: u16, session: &str) -> std::io::Result<()> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    write!(stream, "DELETE /session/{session} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n")?;
    std::io::copy(&mut stream, &mut std::io::sink()).map(drop)
}

impl Browser {
    /// Starts one that has opened nothing yet.
    ///
    /// # Panics
    /// If Chromium or its driver is missing, with what to install.
    pub async fn start(url: &str) -> Self {
        Self::start_with(url, &["--disable-gpu"]).await
    }

    /// Starts one that draws in three dimensions, as a game does: on the processor.
    ///
    /// # Panics
    /// As [`Self::start`].
    pub async fn start_with_graphics(url: &str) -> Self {
        Self::start_with(url, &["--enable-unsafe-swiftshader", "--use-gl=angle", "--use-angle=swiftshader"]).await
    }

    async fn start_with(url: &str, arguments: &[&str]) -> Self {
        let chromium = ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(on_path);
        let chromium = chromium.expect("browser tests need Chromium: on Debian, apt-get install chromium");
        let driver = on_path("chromedriver")
            .expect("browser tests need Chromium's WebDriver: on Debian, apt-get install chromium-driver");
        let mut process = launch(&driver);
        let mut capabilities = DesiredCapabilities::chrome();
        capabilities.set_binary(&chromium.to_string_lossy()).unwrap();
        for argument in
            ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--lang=en-GB"].iter().chain(arguments)
        {
            capabilities.add_arg(argument).unwrap();
        }
        let driver =
            WebDriver::new(format!("http://127.0.0.1:{}", process.port), capabilities).await.expect("a browser");
        process.session = Some(driver.session_id().to_string());
        let browser = Self { driver, url: url.to_owned(), _process: process };
        browser.command("Page.addScriptToEvaluateOnNewDocument", json!({ "source": COUNT_VIOLATIONS })).await;
        browser.view("light", 1280).await;
        browser
    }

    /// Ends the session; the process ends with the value.
    pub async fn quit(self) {
        self.driver.clone().quit().await.unwrap();
    }

    /// Opens a path of the site.
    pub async fn open(&self, path: &str) {
        self.driver.goto(format!("{}{path}", self.url)).await.unwrap();
    }

    /// The address.
    pub async fn url(&self) -> String {
        self.driver.current_url().await.unwrap().to_string()
    }

    /// The first element of that selector, as soon as there is one.
    pub async fn element(&self, selector: &str) -> WebElement {
        let found = self.driver.query(By::Css(selector)).first().await;
        found.unwrap_or_else(|error| panic!("{selector}: {error}"))
    }

    /// Waits until an element holds a text.
    pub async fn text(&self, selector: &str, text: &str) {
        let wanted = text.to_owned();
        let holds = move |element: WebElement| {
            let wanted = wanted.clone();
            async move { Ok(element.text().await.is_ok_and(|it| it.contains(&wanted))) }
        };
        if self.driver.query(By::Css(selector)).with_filter(holds).first().await.is_err() {
            let page = self.element("body").await.text().await.unwrap_or_default();
            panic!("no {selector} holds {text:?} at {}:\n{page}", self.url().await);
        }
    }

    /// Types on the keyboard, to whatever has the focus.
    pub async fn keys(&self, keys: impl Into<TypingData>) {
        self.driver.action_chain().send_keys(keys).perform().await.unwrap();
    }

    /// Types at the end of a field. Some drivers take a field of a closed `details` for hidden, though our style shows it, and send
    /// it no keys: the keyboard does.
    pub async fn type_into(&self, selector: &str, text: &str) {
        let field = self.element(selector).await.to_json().unwrap();
        let script = "const it = arguments[0]; it.focus(); it.setSelectionRange(it.value.length, it.value.length);";
        self.driver.execute(script, vec![field]).await.unwrap();
        self.keys(text).await;
    }

    /// What an input holds.
    pub async fn value(&self, selector: &str) -> String {
        self.element(selector).await.value().await.unwrap().unwrap_or_default()
    }

    /// Clicks the link that starts with that text.
    pub async fn follow(&self, text: &str) {
        let path = format!("//a[starts-with(normalize-space(.), '{text}')]");
        let link = self.driver.query(By::XPath(path)).and_clickable().first().await;
        link.unwrap_or_else(|error| panic!("the link {text}: {error}")).click().await.unwrap();
    }

    /// Clicks the button of `main` that starts with that text.
    pub async fn press(&self, text: &str) {
        let path = format!("//main//button[starts-with(normalize-space(.), '{text}')]");
        let button = self.driver.query(By::XPath(path)).and_clickable().first().await;
        button.unwrap_or_else(|error| panic!("the button {text}: {error}")).click().await.unwrap();
    }

    /// Shows pages in a colour scheme and at a width in CSS pixels.
    pub async fn view(&self, scheme: &str, width: u32) {
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.command("Emulation.setEmulatedMedia", features).await;
        let metrics = json!({ "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 640 });
        self.command("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// How often the content security policy stopped something.
    pub async fn violations(&self) -> i64 {
        let script = "return Number(sessionStorage.getItem('violations'))";
        self.driver.execute(script, vec![]).await.unwrap().convert().unwrap()
    }

    /// What a script answers.
    pub async fn answer(&self, script: &str) -> serde_json::Value {
        self.driver.execute(script, vec![]).await.unwrap().json().clone()
    }

    /// Waits until a script answers true.
    pub async fn holds(&self, script: &str) {
        let mut tries = tokio::time::interval(Duration::from_millis(50));
        for _ in 0..400 {
            // A page that is just being left has no answer.
            if self.driver.execute(script, vec![]).await.is_ok_and(|it| *it.json() == true) {
                return;
            }
            tries.tick().await;
        }
        let page = self.element("body").await.text().await.unwrap_or_default();
        panic!("not so at {}: {script}\n{page}", self.url().await);
    }

    /// Waits until the address ends so.
    pub async fn at(&self, end: &str) {
        self.holds(&format!("return location.href.endsWith({end:?}) && document.readyState === 'complete'")).await;
    }

    /// One step back in the browser's history.
    pub async fn back(&self) {
        self.driver.back().await.unwrap();
    }

    /// One step forward.
    pub async fn forward(&self) {
        self.driver.forward().await.unwrap();
    }

    /// Takes the network away, or gives it back.
    pub async fn network(&self, is_there: bool, latency: Duration) {
        let (milliseconds, any) = (latency.as_millis() as u64, -1);
        let conditions = json!({
            "offline": !is_there, "latency": milliseconds, "downloadThroughput": any, "uploadThroughput": any,
        });
        self.command("Network.enable", json!({})).await;
        self.command("Network.emulateNetworkConditions", conditions).await;
    }

    /// Puts the browser into a time zone.
    pub async fn zone(&self, zone: &str) {
        self.command("Emulation.setTimezoneOverride", json!({ "timezoneId": zone })).await;
    }

    async fn command(&self, command: &str, parameters: serde_json::Value) {
        let tools = ChromeDevTools::new(self.driver.handle.clone());
        tools.execute_cdp_with_params(command, parameters).await.unwrap();
    }
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|it| it.join(program)).find(|it| it.is_file())
}

/// How often the driver is started until it listens: it takes a free port of IPv4, and ends where that port is not free in IPv6.
const STARTS: usize = 5;

/// Starts the driver on a port of its choice, which it says.
fn launch(driver: &Path) -> Process {
    (0..STARTS).find_map(|_| try_launch(driver)).expect("the driver says where it listens")
}

/// `None`: the driver ended without having listened.
fn try_launch(driver: &Path) -> Option<Process> {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let mut command = Command::new(driver);
    command.env("TMPDIR", folder.path());
    command.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().expect("the driver starts");
    let stdout = child.stdout.take().expect("its standard output");
    let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
    let port = lines.find_map(|line| line.rsplit_once("successfully on port ")?.1.trim_end_matches('.').parse().ok());
    let Some(port) = port else {
        child.wait().expect("the driver has ended");
        return None;
    };
    // Read on, or the driver would block on a full pipe.
    std::thread::spawn(move || lines.for_each(drop));
    Some(Process { child, port, session: None, _folder: folder })
}
