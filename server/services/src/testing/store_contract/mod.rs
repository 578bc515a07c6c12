//! What every store must do, whichever database is behind it: each function is one test over fresh, empty stores.
//!
//! An adapter runs the whole suite with [`store_contract_tests!`](crate::store_contract_tests), naming a function that
//! makes fresh stores and something to hold on to while the test runs.

#![expect(clippy::unwrap_used, clippy::missing_panics_doc, reason = "a test may panic, and this is nothing but tests")]

mod admissions;
mod audit_log;
mod deletions;
mod directory;
mod exchange;
mod feed;
mod idempotency;
mod isolation;
mod numbers;
mod paging;
mod round_trip;
mod sight;
mod timeline;
mod updates;
mod world;

pub use admissions::*;
pub use audit_log::*;
pub use deletions::*;
pub use directory::*;
pub use exchange::*;
pub use feed::*;
pub use idempotency::*;
pub use isolation::*;
pub use numbers::*;
pub use paging::*;
pub use round_trip::*;
pub use sight::*;
pub use timeline::*;
pub use updates::*;
pub use world::Stores;

/// Makes a test of each part of the contract. `$fresh` is an async function that gives `(stores, guard)`, `stores` being
/// anything that turns into [`Stores`].
#[macro_export]
macro_rules! store_contract_tests {
    ($fresh:path) => {
        $crate::store_contract_tests! { $fresh:
            numbers_have_no_gaps_under_concurrent_creates
            numbers_count_up_per_tenant
            a_create_whose_audit_line_fails_leaves_nothing
            a_create_for_an_unknown_tenant_fails
            of_two_concurrent_updates_one_is_committed
            a_stale_update_writes_nothing
            an_update_whose_audit_line_fails_leaves_nothing
            an_update_replaces_the_whole_header
            a_deleted_incident_is_nowhere
            what_was_deleted_keeps_its_number_and_its_origin
            a_deletion_may_name_the_version_it_means
            of_concurrent_deletions_one_is_committed
            a_deletion_whose_audit_line_fails_leaves_nothing
            timelines_have_no_gaps_under_concurrent_writes
            timelines_are_read_from_both_ends
            changes_since_a_version_leave_notes_out
            the_first_note_takes_an_incident_up
            an_append_whose_audit_line_fails_leaves_nothing
            another_tenant_sees_and_changes_nothing
            another_tenants_service_cannot_be_linked
            another_tenants_incident_cannot_be_imported
            restricted_incidents_are_there_only_for_those_named
            restricting_takes_an_incident_out_of_sight
            pages_hold_every_row_once_while_rows_are_added
            tabs_and_severities_select
            rows_name_their_services_in_order
            one_key_makes_one_incident
            one_key_stands_for_one_request
            a_key_belongs_to_one_person
            a_key_expires_after_a_day
            one_key_writes_one_note
            an_import_adds_what_is_new
            an_import_makes_the_services_that_are_missing
            concurrent_imports_make_a_service_once
            concurrent_imports_add_each_origin_once
            an_export_has_everything_in_pages
            an_import_whose_audit_line_fails_leaves_nothing
            changes_are_heard_of_in_order
            a_feed_says_whom_an_incident_is_open_to_now
            whoever_loses_sight_is_named_once
            a_deleted_incident_is_heard_of_by_those_who_saw_it
            a_place_that_is_none_or_too_far_back_starts_anew
            changes_older_than_a_day_are_removed_beside_new_ones
            another_tenants_feed_is_its_own
            the_feed_has_no_gaps_under_concurrent_writes
            audit_lines_come_back_as_they_were
            the_audit_chain_holds_under_concurrent_writes
            a_tenant_that_is_used_is_on_the_list
            a_decision_is_written_over_the_one_before
            a_name_is_given_before_or_after_the_first_sign_in
            of_several_applications_one_is_written
            a_decision_whose_audit_line_fails_leaves_nothing
            the_list_is_read_in_pages
            organisations_are_those_of_the_same_home_account
            tenants_are_made_once
            people_are_kept_by_subject
            people_are_found_by_name
            services_are_found_by_id
            the_store_answers
            texts_of_all_scripts_come_back
            far_instants_come_back
        }
    };
    ($fresh:path: $($case:ident)+) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                let (stores, _guard) = $fresh().await;
                $crate::testing::store_contract::$case(&stores.into()).await;
            }
        )+
    };
}
