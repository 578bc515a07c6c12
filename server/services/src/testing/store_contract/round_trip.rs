//! Values that are hard to keep.

use domain::{Milestones, Summary, Text, Timestamp, Title};

use super::Stores;
use super::world::World;

/// Texts at their limits in every script, right to left, with marks, emoji and quotes.
pub async fn texts_of_all_scripts_come_back(stores: &Stores) {
    let world = World::new(stores).await;
    let lines = [
        "עברית ‏وعربية\u{200f} mixed with English",
        "日本語のタイトル、한국어 제목、中文标题",
        "👩‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🇺🇳 e\u{301}\u{327}",
        "Robert'); drop table incident;-- \\ % _ \" ` $1 ? :name",
        "\u{10ffff}\u{feff}zero\u{200b}width",
    ];
    for line in lines {
        let longest = line.chars().cycle().take(200).collect::<String>();
        let summary = line.chars().cycle().take(20_000).collect::<String>();
        let incident = world
            .declare(|incident| {
                incident.title = Title::read(&longest).unwrap();
                incident.summary = Summary::read(&summary).unwrap();
            })
            .await;
        let found = stores.incidents.find(&world.all(), incident.number).await.unwrap();
        assert_eq!(found, Some(incident));
    }
}

/// The first and the last instant that can be written down, to the microsecond.
pub async fn far_instants_come_back(stores: &Stores) {
    let world = World::new(stores).await;
    for text in [
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00.000001Z",
        "1969-12-31T23:59:59.999999Z",
        "9999-12-31T23:59:59.999999Z",
    ] {
        let at: Timestamp = text.parse().unwrap();
        let incident = world
            .declare(|incident| {
                incident.times = Milestones { closed_at: Some(at), ..Milestones::declared(at) };
                incident.created_at = at;
                incident.updated_at = at;
            })
            .await;
        let found = stores.incidents.find(&world.all(), incident.number).await.unwrap();
        assert_eq!(found, Some(incident));
    }
}
