//! The package that the engine runs: files of a game in the format of Godot 4.6, version 3.
//!
//! Projects, scenes and scripts are read as the text they are: neither an editor nor an import is needed.

use std::path::Path;

/// A file of a game: its path without `res://`, and what it holds.
pub(super) type GameFile = (String, Vec<u8>);

const FORMAT: u32 = 3;
const ENGINE: [u32; 3] = [4, 6, 0];
/// Positions count from the first file.
const RELATIVE: u32 = 2;
/// Where the first file begins.
const BASE: usize = 112;
/// What each file begins at a multiple of.
const ALIGNMENT: usize = 32;

/// The files of a folder and below it, sorted.
pub(super) fn files(folder: &Path) -> Vec<GameFile> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).expect("a folder of the game").map(|it| it.expect("an entry").path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else {
                let inside = entry.strip_prefix(folder).expect("below the folder").to_string_lossy().replace('\\', "/");
                found.push((inside, std::fs::read(&entry).expect("a file of the game")));
            }
        }
    }
    found.sort();
    found
}

/// The package of these files.
pub(super) fn package(files: &[GameFile]) -> Vec<u8> {
    let mut data = Vec::new();
    let mut directory = u32::try_from(files.len()).expect("few files").to_le_bytes().to_vec();
    for (path, content) in files {
        data.resize(data.len().next_multiple_of(ALIGNMENT), 0);
        let name_length = path.len().next_multiple_of(4);
        directory.extend(u32::try_from(name_length).expect("a short path").to_le_bytes());
        directory.extend(path.as_bytes());
        directory.resize(directory.len() + name_length - path.len(), 0);
        directory.extend((data.len() as u64).to_le_bytes());
        directory.extend((content.len() as u64).to_le_bytes());
        // A checksum, which the engine does not look at, and flags.
        directory.extend([0; 16 + 4]);
        data.extend(content);
    }
    data.resize(data.len().next_multiple_of(ALIGNMENT), 0);
    let mut package = b"GDPC".to_vec();
    for number in [FORMAT, ENGINE[0], ENGINE[1], ENGINE[2], RELATIVE] {
        package.extend(number.to_le_bytes());
    }
    package.extend((BASE as u64).to_le_bytes());
    package.extend(((BASE + data.len()) as u64).to_le_bytes());
    package.resize(BASE, 0);
    package.extend(data);
    package.extend(directory);
    package
}
