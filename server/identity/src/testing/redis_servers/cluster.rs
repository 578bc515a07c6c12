//! A Cluster of three primaries with a replica each.

use std::process::Command;

use super::{RedisServer, RedisServers, free_port, until};

/// Three primaries and three replicas.
#[derive(Debug)]
pub struct Cluster {
    nodes: Vec<RedisServer>,
    _servers: RedisServers,
}

impl Cluster {
    /// Starts them. A primary that is gone for a second is replaced by its replica.
    ///
    /// # Panics
    /// When they do not get along.
    pub async fn start() -> Self {
        let servers = RedisServers::new();
        let mut nodes = Vec::new();
        for _ in 0..6 {
            let directives = ["cluster-enabled yes", "cluster-config-file nodes", "cluster-node-timeout 1000"];
            nodes.push(servers.start(free_port(), &directives, &[]).await);
        }
        let addresses = nodes.iter().map(|node| format!("127.0.0.1:{}", node.port));
        let made = Command::new("redis-cli")
            .args(["--cluster", "create"])
            .args(addresses)
            .args(["--cluster-replicas", "1", "--cluster-yes"])
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stdout));
        let cluster = Self { nodes, _servers: servers };
        until("every node is a part of a healthy Cluster", || {
            cluster.nodes.iter().all(|node| node.cli(&["cluster", "info"]).contains("cluster_state:ok"))
                && cluster.nodes.iter().filter(|node| is_replica(node)).count() == 3
        })
        .await;
        cluster
    }

    /// `redis-cluster://` with three of the nodes.
    #[must_use]
    pub fn url(&self) -> String {
        let [first, .., second, third] = self.nodes.as_slice() else { return String::new() };
        let [first, second, third] = [first, second, third].map(|node| node.port);
        format!("redis-cluster://127.0.0.1:{first}?node=127.0.0.1:{second}&node=127.0.0.1:{third}")
    }

    /// All six.
    #[must_use]
    pub fn nodes(&self) -> &[RedisServer] {
        &self.nodes
    }

    /// Those that are primaries at the moment.
    #[must_use]
    pub fn primaries(&self) -> Vec<&RedisServer> {
        let answers = |node: &&RedisServer| node.try_cli(&["role"]).is_some_and(|role| role.starts_with("master"));
        self.nodes.iter().filter(answers).collect()
    }
}

fn is_replica(node: &RedisServer) -> bool {
    node.cli(&["info", "replication"]).contains("master_link_status:up")
}
