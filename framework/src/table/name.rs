//! Names of constraints and indexes: made from the declaration, the same every time, never too long.

use sha2::{Digest, Sha256};

/// The longest name PostgreSQL keeps, in bytes; it silently truncates longer ones.
pub const LONGEST_NAME: usize = 63;

/// The name of the unique index of an identity: `memberships_world_and_user_key`.
pub fn unique_name(table: &str, identity: &str) -> String {
    fitted(&format!("{table}_{identity}"), "key")
}

/// The name of an index that is not unique: `activities_user_id_idx`.
pub fn index_name<'a>(table: &str, columns: impl IntoIterator<Item = &'a str>) -> String {
    let columns: Vec<&str> = columns.into_iter().collect();
    fitted(&format!("{table}_{}", columns.join("_")), "idx")
}

/// The name of a foreign key: `activities_world_id_fkey`.
pub fn foreign_key_name(table: &str, column: &str) -> String {
    fitted(&format!("{table}_{column}"), "fkey")
}

/// `{stem}_{suffix}`; a stem that is too long is cut, and a hash of all of it keeps the name distinct.
fn fitted(stem: &str, suffix: &str) -> String {
    let room = LONGEST_NAME - suffix.len() - 1;
    if stem.len() <= room {
        return format!("{stem}_{suffix}");
    }
    let digest = Sha256::digest(stem.as_bytes());
    let hash: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let mut end = room - hash.len() - 1;
    while !stem.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}_{hash}_{suffix}", &stem[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_are_plain() {
        assert_eq!(unique_name("users", "email"), "users_email_key");
        assert_eq!(index_name("activities", ["user_id", "occurred_at"]), "activities_user_id_occurred_at_idx");
        assert_eq!(foreign_key_name("activities", "world_id"), "activities_world_id_fkey");
    }

    #[test]
    fn long_names_are_cut_and_stay_distinct() {
        let table = "ä".repeat(40);
        let names = [index_name(&table, ["a"]), index_name(&table, ["b"]), unique_name(&table, "a")];
        for name in &names {
            assert!(name.len() <= LONGEST_NAME, "{name}");
        }
        assert_ne!(names[0], names[1]);
        assert_ne!(names[0], names[2]);
    }
}
