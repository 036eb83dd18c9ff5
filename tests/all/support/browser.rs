//! A browser without JavaScript: keeps cookies, follows redirects, sends forms.

use std::collections::HashMap;

use reqwest::header::{HeaderMap, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Method, StatusCode};
use scraper::{Html, Selector};
use url::Url;

/// One person's browser.
pub(crate) struct Browser {
    base: Url,
    http: reqwest::Client,
    /// By host and port, since the stand-ins differ from the portal by port alone.
    cookies: HashMap<String, HashMap<String, String>>,
    /// Sent with every request, as a script on the page would.
    headers: HeaderMap,
}

/// What the browser shows after the last redirect.
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) html: String,
}

/// A form as it is sent: names and values.
pub(crate) type Form<'a> = &'a [(&'a str, &'a str)];

impl Browser {
    /// A browser whose paths are those of the site at `base`.
    pub(crate) fn new(base: &str) -> Self {
        let http = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
        Self {
            base: base.parse().unwrap(),
            http,
            cookies: HashMap::new(),
            headers: HeaderMap::new(),
        }
    }

    /// Opens a page.
    pub(crate) async fn get(&mut self, address: &str) -> Page {
        self.try_get(address).await.unwrap()
    }

    /// The same where the answer may never come.
    pub(crate) async fn try_get(&mut self, address: &str) -> reqwest::Result<Page> {
        self.follow(Method::GET, self.base.join(address).unwrap(), None).await
    }

    /// Sends a form of a page of the same site.
    pub(crate) async fn post(&mut self, address: &str, form: Form<'_>) -> Page {
        self.try_post(address, form).await.unwrap()
    }

    /// The same where the answer may never come.
    pub(crate) async fn try_post(
        &mut self,
        address: &str,
        form: Form<'_>,
    ) -> reqwest::Result<Page> {
        let body = serde_urlencoded::to_string(form).unwrap();
        self.follow(Method::POST, self.base.join(address).unwrap(), Some(body)).await
    }

    /// One request, redirects not followed.
    pub(crate) async fn once(&mut self, method: Method, url: Url, body: Option<String>) -> Page {
        self.attempt(method, url, body).await.unwrap()
    }

    async fn attempt(
        &mut self,
        method: Method,
        url: Url,
        body: Option<String>,
    ) -> reqwest::Result<Page> {
        let jar = self.cookies.entry(url.authority().to_owned()).or_default();
        let cookies: Vec<String> =
            jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = self
            .http
            .request(method, url.clone())
            .headers(self.headers.clone())
            .header("sec-fetch-site", "same-origin");
        if !cookies.is_empty() {
            request = request.header("cookie", cookies.join("; "));
        }
        if let Some(body) = body {
            request =
                request.header("content-type", "application/x-www-form-urlencoded").body(body);
        }
        let answer = request.send().await?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        if headers.contains_key("clear-site-data") {
            jar.clear();
        }
        for line in headers.get_all(SET_COOKIE) {
            keep(jar, line.to_str().unwrap());
        }
        Ok(Page { status, url, headers, html: answer.text().await? })
    }

    /// Sends this header from now on.
    pub(crate) fn header(&mut self, name: &'static str, value: &str) {
        self.headers.insert(name, value.parse().unwrap());
    }

    /// The value of a cookie of the site.
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.get(self.base.authority())?.get(name).cloned()
    }

    /// Plants a cookie, as someone with access to the machine might.
    pub(crate) fn plant(&mut self, name: &str, value: &str) {
        let jar = self.cookies.entry(self.base.authority().to_owned()).or_default();
        jar.insert(name.to_owned(), value.to_owned());
    }

    async fn follow(
        &mut self,
        method: Method,
        url: Url,
        body: Option<String>,
    ) -> reqwest::Result<Page> {
        let mut page = self.attempt(method, url, body).await?;
        for _ in 0..10 {
            if page.status != StatusCode::SEE_OTHER {
                return Ok(page);
            }
            let to = page.url.join(page.headers[LOCATION].to_str().unwrap()).unwrap();
            page = self.attempt(Method::GET, to, None).await?;
        }
        panic!("too many redirects, last from {}", page.url);
    }
}

fn keep(jar: &mut HashMap<String, String>, line: &str) {
    let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
    let (name, value) = pair.split_once('=').unwrap();
    if attributes.contains("Max-Age=0") {
        jar.remove(name);
    } else {
        jar.insert(name.to_owned(), value.to_owned());
    }
}

impl Page {
    /// The path of the page's address.
    pub(crate) fn path(&self) -> &str {
        self.url.path()
    }

    /// The texts of the elements a CSS selector finds, whitespace collapsed.
    pub(crate) fn texts(&self, selector: &str) -> Vec<String> {
        let words = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
        Html::parse_document(&self.html)
            .select(&Selector::parse(selector).unwrap())
            .map(|element| words(element.text().collect()))
            .collect()
    }

    /// The text of the first such element.
    pub(crate) fn text(&self, selector: &str) -> String {
        self.texts(selector).into_iter().next().unwrap_or_default()
    }

    /// An attribute of the elements a CSS selector finds.
    pub(crate) fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        Html::parse_document(&self.html)
            .select(&Selector::parse(selector).unwrap())
            .filter_map(|element| element.attr(name).map(str::to_owned))
            .collect()
    }

    /// What the form that goes to `action` would send as it stands, but for its buttons.
    pub(crate) fn form(&self, action: &str) -> Vec<(String, String)> {
        let html = Html::parse_document(&self.html);
        let css = |text: &str| Selector::parse(text).unwrap();
        let form = css(&format!("form[action=\"{action}\"]"));
        let form = html.select(&form).next().unwrap_or_else(|| panic!("no form to {action}"));
        let mut fields = Vec::new();
        for field in form.select(&css("input[name], select[name], textarea[name]")) {
            let element = field.value();
            let ticked = !matches!(element.attr("type"), Some("checkbox" | "radio"))
                || element.attr("checked").is_some();
            let value = match element.name() {
                "textarea" => {
                    let text: String = field.text().collect();
                    text.strip_prefix('\n').map(str::to_owned).unwrap_or(text)
                }
                "select" => {
                    let chosen = field.select(&css("option[selected]")).next();
                    chosen.and_then(|option| option.attr("value")).unwrap_or_default().to_owned()
                }
                _ => element.attr("value").unwrap_or_default().to_owned(),
            };
            if ticked {
                fields.push((element.attr("name").unwrap().to_owned(), value));
            }
        }
        fields
    }
}
