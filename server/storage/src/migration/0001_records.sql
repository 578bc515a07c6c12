create table tenant (
    id {uuid} primary key,
    name {text} not null check (length(name) between 1 and 120),
    settings {text} not null,
    next_number {int} not null default 1 check (next_number between 1 and 4294967296),
    created_at {int} not null
){table};

-- Counters that a transaction locks last, so that change feed and audit log have no gaps and follow the order of commits.
-- There is one for the nil tenant too: sign-ins that were refused before a tenant was known.
create table tenant_head (
    tenant {uuid} primary key,
    changes {int} not null,
    audit_lines {int} not null,
    audit_hash {bytes} not null check (length(audit_hash) = 32)
){table};

create table app_user (
    tenant {uuid} not null references tenant (id),
    id {uuid} not null,
    subject {text} not null check (length(subject) > 0),
    name {text} not null check (length(name) between 1 and 120),
    sort_name {sorted} not null,
    created_at {int} not null,
    last_seen_at {int} not null,
    primary key (tenant, id),
    unique (tenant, subject)
){table};
create index app_user_by_name on app_user (tenant, sort_name, id);

create table severity (
    tenant {uuid} not null references tenant (id),
    rank {small} not null check (rank between 1 and 5),
    name {text} not null check (length(name) between 1 and 40),
    is_major {bool} not null,
    update_interval_s {int} check (update_interval_s > 0),
    primary key (tenant, rank)
){table};

create table service (
    tenant {uuid} not null references tenant (id),
    id {uuid} not null,
    name {text} not null check (length(name) between 1 and 120),
    sort_name {sorted} not null,
    tier {small} not null check (tier between 1 and 4),
    primary key (tenant, id),
    unique (tenant, sort_name)
){table};

create table incident (
    tenant {uuid} not null references tenant (id),
    id {uuid} not null,
    number {int} not null check (number between 1 and 4294967295),
    origin {text} not null check (length(origin) > 0),
    title {text} not null check (length(title) between 1 and 200),
    summary {text} not null check (length(summary) <= 20000),
    kind {text} not null check (kind in ('incident', 'test', 'retrospective')),
    status {text} not null check (status in ('triage', 'investigating', 'identified', 'monitoring', 'resolved',
        'closed', 'declined', 'cancelled', 'merged')),
    active {bool} not null,
    phase {small} not null,
    severity {small},
    rank {small} not null,
    visibility {text} not null check (visibility in ('tenant', 'restricted')),
    source {text} not null check (source in ('manual', 'alert', 'api', 'import')),
    impact_started_at {int},
    detected_at {int},
    declared_at {int} not null,
    acknowledged_at {int},
    mitigated_at {int},
    resolved_at {int},
    impact_ended_at {int},
    closed_at {int},
    cancelled_at {int},
    reopen_count {int} not null check (reopen_count >= 0),
    version {int} not null check (version >= 1),
    last_seq {int} not null check (last_seq >= 0),
    created_by {uuid},
    created_by_name {text} not null check (length(created_by_name) <= 200),
    created_at {int} not null,
    updated_at {int} not null,
    primary key (tenant, id),
    unique (tenant, number),
    unique (tenant, origin),
    foreign key (tenant, severity) references severity (tenant, rank),
    check (active = (status in ('triage', 'investigating', 'identified', 'monitoring'))),
    check (phase = case when status = 'triage' then 0 when status in ('investigating', 'identified', 'monitoring') then 1
        when status = 'resolved' then 2 else 3 end),
    check (rank = coalesce(severity, 9)),
    check (severity is not null or status in ('triage', 'declined', 'merged'))
){table};
-- One index per order of the list and sort of tab: all incidents; the partial ones for what is still open, which is looked
-- at most; and those of one phase, so that no tab walks through the incidents of another.
create index incident_by_update on incident (tenant, updated_at desc, number desc);
create index incident_by_declaration on incident (tenant, declared_at desc, number desc);
create index incident_by_severity on incident (tenant, rank, updated_at desc, number desc);
create index active_by_update on incident (tenant, updated_at desc, number desc) where active;
create index active_by_declaration on incident (tenant, declared_at desc, number desc) where active;
create index active_by_severity on incident (tenant, rank, updated_at desc, number desc) where active;
create index active_by_number on incident (tenant, number desc) where active;
create index phase_by_update on incident (tenant, phase, updated_at desc, number desc);
create index phase_by_declaration on incident (tenant, phase, declared_at desc, number desc);
create index phase_by_severity on incident (tenant, phase, rank, updated_at desc, number desc);
create index phase_by_number on incident (tenant, phase, number desc);

create table incident_person (
    tenant {uuid} not null,
    incident {uuid} not null,
    person {uuid} not null,
    primary key (tenant, incident, person),
    foreign key (tenant, incident) references incident (tenant, id)
){table};

create table incident_service (
    tenant {uuid} not null,
    incident {uuid} not null,
    service {uuid} not null,
    primary key (tenant, incident, service),
    foreign key (tenant, incident) references incident (tenant, id),
    foreign key (tenant, service) references service (tenant, id)
){table};

create table timeline_entry (
    tenant {uuid} not null,
    incident {uuid} not null,
    seq {int} not null check (seq >= 1),
    id {uuid} not null,
    kind {text} not null,
    data {text} not null,
    occurred_at {int} not null,
    recorded_at {int} not null,
    actor {uuid},
    actor_name {text} not null,
    body {text} not null check (length(body) <= 20000),
    version {int} not null check (version >= 1),
    primary key (tenant, incident, seq),
    unique (tenant, id),
    foreign key (tenant, incident) references incident (tenant, id)
){table};

create table change (
    tenant {uuid} not null,
    seq {int} not null check (seq >= 1),
    entity {text} not null,
    id {uuid} not null,
    version {int} not null,
    at {int} not null,
    primary key (tenant, seq)
){table};

create table audit_log (
    tenant {uuid} not null,
    seq {int} not null check (seq >= 1),
    id {uuid} not null unique,
    at {int} not null,
    actor {uuid},
    actor_name {text} not null,
    request_id {text},
    ip {text},
    user_agent {text},
    action {text} not null,
    target {text} not null,
    detail {text} not null,
    result {text} not null check (result in ('allow', 'deny')),
    prev_hash {bytes} not null check (length(prev_hash) = 32),
    hash {bytes} not null check (length(hash) = 32),
    primary key (tenant, seq)
){table};

create table idempotency_key (
    tenant {uuid} not null,
    person {uuid} not null,
    key {text} not null check (length(key) between 1 and 128),
    request_hash {bytes} not null check (length(request_hash) = 32),
    number {int} not null,
    expires_at {int} not null,
    primary key (tenant, person, key)
){table};
create index idempotency_key_by_expiry on idempotency_key (tenant, expires_at);
