//! The clients, each a program of its own: `end2end/judges/cache.mjs` and `cache.py`.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::{Value, json};

use super::site::Site;

#[derive(Clone, Copy, Debug)]
pub enum Client {
    /// A major version of MSAL Node.
    Node(u8),
    Python,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The interpreter with MSAL for Python, where the scripts put it.
fn python() -> PathBuf {
    let asked =
        Command::new("bash").args(["-c", "source .ci/lib.sh && judges_python_dir"]).current_dir(root()).output();
    PathBuf::from(String::from_utf8(asked.unwrap().stdout).unwrap()).join("bin/python")
}

impl Client {
    /// What it needs and is not there.
    pub fn missing(self) -> Option<String> {
        let needs = match self {
            Self::Node(version) => root().join(format!("end2end/judges/node_modules/msal-node-{version}")),
            Self::Python => python(),
        };
        (!needs.exists()).then(|| format!("there is no {}", needs.display()))
    }

    /// MSAL for Python knows an authority by its host alone. Microsoft's have no ports.
    pub fn knows_ports(self) -> bool {
        matches!(self, Self::Node(_))
    }

    /// MSAL Node writes members back that it does not know.
    pub fn keeps_what_it_does_not_know(self) -> bool {
        matches!(self, Self::Node(_))
    }

    /// Gives it an order, and waits for what it says.
    pub async fn ask(self, site: &Site, order: &Value) -> Value {
        let mut order = order.clone();
        let more = json!({ "authority": site.authority(), "clientId": super::client_id(), "secret": site.secret });
        order.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let judges = root().join("end2end/judges");
        let mut command = match self {
            Self::Node(version) => {
                order["version"] = version.into();
                let mut node = Command::new("node");
                node.arg(judges.join("cache.mjs"));
                node
            }
            Self::Python => {
                let mut interpreter = Command::new(python());
                interpreter.arg(judges.join("cache.py"));
                interpreter
            }
        };
        command.env("NODE_EXTRA_CA_CERTS", site.certificate.path()).env("REQUESTS_CA_BUNDLE", site.certificate.path());
        command.env("PYTHONDONTWRITEBYTECODE", "1").stdin(Stdio::piped()).stdout(Stdio::piped());
        // entra-local answers on this thread meanwhile.
        let done = tokio::task::spawn_blocking(move || {
            let mut child = command.spawn().unwrap();
            child.stdin.take().unwrap().write_all(order.to_string().as_bytes()).unwrap();
            child.wait_with_output().unwrap()
        });
        let output = done.await.unwrap();
        assert!(output.status.success(), "{self:?} failed");
        serde_json::from_slice(&output.stdout).unwrap()
    }
}
