//! A primary with two replicas, and three Sentinels that replace it.

use super::{RedisServer, RedisServers, free_port, until};

/// What the Sentinels call the primary.
const NAME: &str = "main";

/// One primary, two replicas, three Sentinels.
#[derive(Debug)]
pub struct Sentinels {
    data: Vec<RedisServer>,
    watchers: Vec<RedisServer>,
    _servers: RedisServers,
}

impl Sentinels {
    /// Starts them. A primary that is gone for half a second is replaced.
    ///
    /// # Panics
    /// When they do not get along.
    pub async fn start() -> Self {
        let servers = RedisServers::new();
        let primary = servers.start(free_port(), &[], &[]).await;
        let follow = format!("replicaof 127.0.0.1 {}", primary.port);
        let mut data = vec![primary];
        for _ in 0..2 {
            data.push(servers.start(free_port(), &[&follow], &[]).await);
        }
        let primary = data[0].clone();
        until("two replicas follow", || primary.cli(&["info", "replication"]).matches("state=online").count() == 2)
            .await;
        let monitor = format!("sentinel monitor {NAME} 127.0.0.1 {} 2", primary.port);
        let mut sentinels = Vec::new();
        for _ in 0..3 {
            let directives = [
                monitor.as_str(),
                "sentinel down-after-milliseconds main 500",
                "sentinel failover-timeout main 3000",
                "sentinel parallel-syncs main 2",
            ];
            let mut sentinel = servers.prepared(free_port(), &directives, &[]);
            // Sentinel takes no directives that are about data.
            sentinel.without("repl-diskless-sync-delay");
            sentinel.without("save");
            sentinel.arguments.push("--sentinel".to_owned());
            sentinel.launch();
            sentinel.until_it_answers().await;
            sentinels.push(sentinel);
        }
        let sees = |sentinel: &RedisServer, what: &str| {
            let said = sentinel.cli(&["sentinel", "master", NAME]);
            let mut lines = said.lines().skip_while(|line| *line != what);
            lines.nth(1).and_then(|count| count.parse::<u32>().ok())
        };
        until("the Sentinels know each other and the replicas", || {
            sentinels.iter().all(|s| sees(s, "num-slaves") == Some(2) && sees(s, "num-other-sentinels") == Some(2))
        })
        .await;
        Self { data, watchers: sentinels, _servers: servers }
    }

    /// `redis-sentinel://` with all of them.
    #[must_use]
    pub fn url(&self) -> String {
        let [first, others @ ..] = self.watchers.as_slice() else { return String::new() };
        let begin = format!("redis-sentinel://127.0.0.1:{}?sentinelServiceName={NAME}", first.port);
        others.iter().fold(begin, |url, other| url + "&node=127.0.0.1:" + &other.port.to_string())
    }

    /// The servers with the data; the first one began as the primary.
    #[must_use]
    pub fn data(&self) -> &[RedisServer] {
        &self.data
    }

    /// Who is the primary now, according to the Sentinels.
    ///
    /// # Panics
    /// When they name somebody else's server.
    #[must_use]
    pub fn primary(&self) -> &RedisServer {
        let said = self.watchers[0].cli(&["sentinel", "get-master-addr-by-name", NAME]);
        let port = said.lines().nth(1).and_then(|port| port.parse().ok());
        self.data.iter().find(|server| Some(server.port) == port).unwrap()
    }
}

impl RedisServer {
    /// Leaves a directive out of its configuration.
    fn without(&self, directive: &str) {
        let file = self.folder.join("conf");
        let text = std::fs::read_to_string(&file).unwrap();
        let kept: Vec<_> = text.lines().filter(|line| !line.starts_with(directive)).collect();
        std::fs::write(&file, kept.join("\n")).unwrap();
    }
}
