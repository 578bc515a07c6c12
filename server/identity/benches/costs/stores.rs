//! Stores with many accounts in them. Those that are asked are real; the rest are records of the same length under made-up
//! names, which nobody opens.

use std::{path::Path, sync::Arc};

use fred::{
    clients::Client,
    interfaces::ClientLike,
    types::{Builder, ClusterHash, CustomCommand, Value, config::Config},
};
use identity::{
    EmbeddedState, Identity, SharedState, SystemClock,
    redis::{RedisOptions, RedisState},
    testing::{
        Account,
        redis_servers::{RedisServer, RedisServers},
    },
};
use sqlx::{SqlitePool, sqlite::SqlitePoolOptions};

use crate::{application, issuer::Issuer};

/// So many of the accounts are asked in turn.
const ASKED: u64 = 64;
/// So many records are made in one step.
const STEP: u64 = 10_000;

const FILL_REDIS: &str = "for i = tonumber(ARGV[1]), tonumber(ARGV[2]) do
  redis.call('HSET', 'identity:tokens:made up ' .. i, 'value', ARGV[3], 'version', '1', 'expires', '99999999999999')
end";

const FILL_FILE: &str = "WITH RECURSIVE n (i) AS (SELECT ?1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
  INSERT INTO entry (key, value, version, expires_at) SELECT 'tokens:made up ' || i, ?3, 1, 99999999999999 FROM n";

/// A store, the accounts that are asked, and a way past everything of ours.
pub struct Populated {
    pub identity: Identity,
    pub accounts: Vec<Account>,
    /// How long a sealed record is.
    pub length: usize,
    keys: Vec<String>,
    raw: Raw,
}

enum Raw {
    Redis(Client),
    File(SqlitePool),
}

impl Populated {
    /// Redis with so many accounts.
    pub async fn redis(issuer: &Issuer, servers: &RedisServers, number: u64) -> Self {
        let port = identity::testing::redis_servers::free_port();
        let server = servers.start(port, &[], &[]).await;
        let options = RedisOptions::new(server.url().parse().unwrap());
        let state: Arc<dyn SharedState> = Arc::new(RedisState::open(options, Arc::new(SystemClock)).unwrap());
        let raw = Builder::from_config(Config::from_url(&server.url()).unwrap()).build().unwrap();
        raw.init().await.unwrap();
        let this = Self::with_accounts(issuer, Arc::clone(&state), Raw::Redis(raw.clone()), number).await;
        // The same bytes as plain strings.
        for key in &this.keys {
            let sealed = state.get(key).await.unwrap().unwrap().value;
            let set = CustomCommand::new_static("SET", ClusterHash::FirstKey, false);
            let words: Vec<Value> = vec![bare(key).into(), Value::Bytes(sealed.into())];
            raw.custom::<(), _>(set, words).await.unwrap();
        }
        fill(number, async |from, to| fill_redis(&server, from, to, this.length)).await;
        this
    }

    /// An embedded store with so many accounts.
    pub async fn file(issuer: &Issuer, path: &Path, number: u64) -> Self {
        let state = Arc::new(EmbeddedState::open(path, Arc::new(SystemClock)).await.unwrap());
        let raw = SqlitePoolOptions::new().max_connections(1);
        let raw = raw.connect(&format!("sqlite://{}", path.display())).await.unwrap();
        let this = Self::with_accounts(issuer, state, Raw::File(raw.clone()), number).await;
        let value = vec![b'e'; this.length];
        fill(number, async |from, to| {
            let insert = sqlx::query(FILL_FILE).bind(signed(from)).bind(signed(to)).bind(&value);
            insert.execute(&raw).await.unwrap();
        })
        .await;
        this
    }

    async fn with_accounts(issuer: &Issuer, state: Arc<dyn SharedState>, raw: Raw, number: u64) -> Self {
        let identity = application(issuer.authority(), Arc::clone(&state));
        let mut accounts = Vec::new();
        for one in 0..number.min(ASKED) {
            accounts.push(Account::with_tokens(&identity, one).await);
        }
        let keys: Vec<_> = accounts.iter().map(Account::key).collect();
        let length = state.get(&keys[0]).await.unwrap().unwrap().value.len();
        Self { identity, accounts, length, keys, raw }
    }

    /// Whose turn it is.
    pub fn account(&self, turn: u64) -> &Account {
        &self.accounts[self.place(turn)]
    }

    /// The floor: the same bytes read with nothing of ours, and opened.
    pub async fn read_and_open(&self, turn: u64) -> usize {
        let key = &self.keys[self.place(turn)];
        let sealed: Vec<u8> = match &self.raw {
            Raw::Redis(client) => {
                let get = CustomCommand::new_static("GET", ClusterHash::FirstKey, false);
                client.custom(get, vec![bare(key)]).await.unwrap()
            }
            Raw::File(pool) => {
                let select = sqlx::query_scalar("SELECT value FROM entry WHERE key = ?1").bind(key);
                select.fetch_one(pool).await.unwrap()
            }
        };
        Account::open(&self.identity, key, &sealed).unwrap()
    }

    fn place(&self, turn: u64) -> usize {
        usize::try_from(turn).unwrap() % self.accounts.len()
    }
}

fn bare(key: &str) -> String {
    format!("bare:{key}")
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap()
}

/// Everybody but those who are asked.
async fn fill(number: u64, mut step: impl AsyncFnMut(u64, u64)) {
    let mut from = ASKED;
    while from < number {
        let to = (from + STEP).min(number);
        step(from, to - 1).await;
        from = to;
    }
}

fn fill_redis(server: &RedisServer, from: u64, to: u64, length: usize) {
    let (from, to, value) = (from.to_string(), to.to_string(), "e".repeat(length));
    server.cli(&["eval", FILL_REDIS, "0", &from, &to, &value]);
}
