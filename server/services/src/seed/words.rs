//! What seeded incidents are about. `{}` stands for the service.

/// Services, most important first.
pub(super) const SERVICES: [&str; 60] = [
    "Checkout",
    "Payments",
    "Sign-in",
    "Customer portal",
    "Orders",
    "Search",
    "Catalogue",
    "Inventory",
    "Shipping",
    "Notifications",
    "Billing",
    "Data warehouse",
    "Public API",
    "Mobile app",
    "Support desk",
    "Mail relay",
    "File storage",
    "Message queue",
    "Primary database",
    "Edge network",
    "Recommendations",
    "Reporting",
    "Partner gateway",
    "Fraud check",
    "Pricing",
    "Reviews",
    "Gift cards",
    "Loyalty",
    "Returns",
    "Store locator",
    "Image service",
    "Video service",
    "Chat",
    "Calendar",
    "Documents",
    "Identity sync",
    "Backup",
    "Build farm",
    "Package mirror",
    "Container platform",
    "Service mesh",
    "DNS",
    "Certificates",
    "Secrets store",
    "Feature flags",
    "Experiments",
    "Log pipeline",
    "Metrics",
    "Tracing",
    "Alerting",
    "VPN",
    "Office network",
    "Printing",
    "Telephony",
    "Payroll",
    "Recruiting",
    "Training",
    "Facilities",
    "Expenses",
    "Archive",
];

/// Titles.
pub(super) const TITLES: [&str; 18] = [
    "{}: error rate above 5 %",
    "{} is slow for customers in Europe",
    "{} answers with 503",
    "Logins to {} fail for some tenants",
    "{}: replication is 20 minutes behind",
    "{}: disk almost full on two hosts",
    "{} times out after this morning's release",
    "Certificate of {} expires today",
    "{}: queue grows faster than it is worked off",
    "{}: memory climbs until pods restart",
    "Wrong totals shown in {}",
    "{} lost connection to its primary database",
    "{}: duplicate events after failover",
    "{} not reachable from the office network",
    "{}: latency p99 above 4 s",
    "Scheduled jobs of {} did not run",
    "{}: third-party provider reports an outage",
    "{} rejects valid requests after a configuration change",
];

/// Titles that layouts break on: other scripts, right to left, emoji, one word without a gap.
pub(super) const UNUSUAL_TITLES: [&str; 5] = [
    "{}：注文が処理されません",
    "{}: الخدمة غير متاحة لبعض المستخدمين",
    "{} 🔥 down since 03:12 — ça ne répond plus, bitte prüfen",
    "{}: upstream connect error or disconnect/reset before headers, retried and the latest reset reason: connection failure",
    "{}: java.lang.IllegalStateExceptionAtComExampleOrdersInternalPipelineStageTwentySevenTimeoutWhileWaitingForLock",
];

/// Notes while the cause is sought.
pub(super) const LOOKING: [&str; 8] = [
    "Seeing it on all pods, not only the new ones. Rolled nothing back yet.",
    "Support has **12 tickets** on this so far.",
    "Dashboards show the rise starting with the 09:40 deploy; comparing configurations now.",
    "Database looks healthy: connections, locks and replication are normal.",
    "Can reproduce with a plain `curl` from outside the network.",
    "Turned the experiment off for everybody to rule it out. No change.",
    "Provider's status page is green, their support confirms elevated errors.",
    "Restarted one replica as a test. It recovers for about three minutes.",
];

/// Notes once the cause is known.
pub(super) const FIXING: [&str; 6] = [
    "Found it: the connection pool was cut from 50 to 5 in yesterday's change. Reverting.",
    "A retry without back-off made it worse. Limiting at the edge while the fix is built.",
    "The certificate chain lacks the new intermediate. Issuing again.",
    "One bad index after the migration. Rebuilding it concurrently, about 20 minutes.",
    "Fix is merged, waiting for the pipeline.",
    "Traffic moved to the second region while the first one recovers.",
];

/// Notes while the fix is watched.
pub(super) const WATCHING: [&str; 4] = [
    "Error rate back to normal for 10 minutes. Keeping an eye on it.",
    "Queue is worked off, 40 000 messages to go.",
    "Two customers confirmed that it works again.",
    "Leaving the limit in place until tomorrow.",
];

/// Summaries.
pub(super) const SUMMARIES: [&str; 4] = [
    "Customers see errors when they use {}. Started without a deploy of ours.\n\n- Affected: about a tenth of requests\n- Workaround: try again",
    "{} is degraded. We know of no data loss.",
    "Requests to {} take several seconds. Some time out.",
    "",
];
