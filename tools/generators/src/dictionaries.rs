//! Make the bundled dictionaries: which source tells each version, and which known errors of it are corrected.

mod corrections;
mod recipes;

use std::fmt;
use std::path::{Path, PathBuf};

use fixplus_dictionary::compact;
use fixplus_dictionary::model::Model;
use fixplus_dictionary::read::{ReadErrors, dictionary};

use recipes::{RECIPES, Recipe, SHARED_SETS};

/// A file that was made.
#[derive(Debug)]
pub struct Made {
    /// The name of the file.
    pub name: String,
    /// What it holds.
    pub text: String,
}

/// Why nothing was made.
#[derive(Debug)]
pub enum MakeError {
    /// A source file cannot be read.
    File(PathBuf, std::io::Error),
    /// A source file is faulty.
    Source(ReadErrors),
    /// A correction does not find what it corrects: the source is another than it was written for.
    Correction {
        /// The version it is made for.
        version: &'static str,
        /// What the correction says of itself.
        change: &'static str,
    },
}

impl fmt::Display for MakeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path, error) => write!(f, "{}: {error}", path.display()),
            Self::Source(errors) => errors.fmt(f),
            Self::Correction { version, change } => write!(f, "{version}: nothing to correct: {change}"),
        }
    }
}

/// Make all dictionaries from the source files in a folder.
pub fn make(from: &Path) -> Result<Vec<Made>, MakeError> {
    let owners = load(from, SHARED_SETS)?;
    RECIPES
        .iter()
        .map(|recipe| {
            let text = compact::write(&follow(recipe, load(from, recipe.path)?, &owners)?);
            Ok(Made { name: format!("{}.fixd", recipe.version.replace('.', "")), text })
        })
        .collect()
}

fn load(from: &Path, path: &str) -> Result<Model, MakeError> {
    let file = from.join(path);
    let xml = std::fs::read(&file).map_err(|error| MakeError::File(file, error))?;
    Ok(dictionary(&xml, path).map_err(MakeError::Source)?.model)
}

/// The source's model with its version, its sources and its corrections.
fn follow(recipe: &Recipe, mut model: Model, owners: &Model) -> Result<Model, MakeError> {
    recipe.version.clone_into(&mut model.version);
    model.sources = recipe.sources.iter().map(|&source| source.to_owned()).collect();
    for correction in recipe.corrections {
        if !correction.apply(&mut model, owners) {
            return Err(MakeError::Correction { version: recipe.version, change: correction.change() });
        }
        model.sources.push(format!("changed: {}", correction.change()));
    }
    Ok(model)
}

/// Where two texts first differ, in words; nothing where they are equal.
pub fn difference(there: &str, made: &str) -> Option<String> {
    if there == made {
        return None;
    }
    let place = there.lines().zip(made.lines()).take_while(|(a, b)| a == b).count();
    let line = |text: &str| text.lines().nth(place).unwrap_or("<end>").to_owned();
    let (lines, made_lines) = (there.lines().count(), made.lines().count());
    Some(format!(
        "differs from line {}: there {:?}, made {:?}; {lines} lines there, {made_lines} made",
        place + 1,
        line(there),
        line(made),
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, clippy::panic, reason = "tests say what they expect")]

    use super::*;
    use std::collections::HashSet;

    use fixplus_dictionary::bundled;

    /// The folder of the sources, if it is there to be tested with.
    fn sources() -> Option<PathBuf> {
        match std::env::var_os("FIXPLUS_SHARED") {
            Some(folder) => Some(PathBuf::from(folder).join("dictionaries")),
            None => {
                let required = std::env::var("FIXPLUS_TEST_REQUIRE").as_deref() == Ok("all");
                assert!(!required, "FIXPLUS_SHARED is required and not set");
                eprintln!("not run: FIXPLUS_SHARED is not set");
                None
            }
        }
    }

    #[test]
    fn what_is_bundled_is_what_the_sources_make() {
        let Some(from) = sources() else { return };
        let made = make(&from).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(made.len(), bundled::VERSIONS.len());
        for (version, file) in bundled::VERSIONS.into_iter().zip(made) {
            assert_eq!(difference(bundled::text(version).expect("it is bundled"), &file.text), None, "{version}");
        }
    }

    #[test]
    fn every_version_that_is_bundled_has_a_recipe_in_the_same_order() {
        assert_eq!(RECIPES.map(|recipe| recipe.version), bundled::VERSIONS);
    }

    #[test]
    fn every_correction_is_told_in_the_file_that_it_changes() {
        let mut told = HashSet::new();
        for recipe in &RECIPES {
            let model = bundled::model(recipe.version).expect("it is bundled");
            for correction in recipe.corrections {
                let line = format!("changed: {}", correction.change());
                assert!(model.sources.contains(&line), "{} {line}", recipe.version);
                told.insert(correction.change());
            }
        }
        assert_eq!(told.len(), 10);
    }

    /// A source in which an error has been mended must stop the generator, so that no file says what is not so.
    #[test]
    fn a_correction_that_finds_nothing_to_correct_is_an_error() {
        let owners = Model::default();
        for recipe in &RECIPES {
            for correction in recipe.corrections {
                assert!(!correction.apply(&mut Model::default(), &owners), "{}", correction.change());
            }
        }
        let recipe = RECIPES.iter().find(|recipe| recipe.version == "FIX.4.1").expect("it is bundled");
        let error = follow(recipe, Model::default(), &owners).expect_err("an empty source has nothing to correct");
        assert!(error.to_string().starts_with("FIX.4.1: nothing to correct: SettlLocation(166)"));
    }

    #[test]
    fn a_difference_names_the_first_line_that_differs() {
        assert_eq!(difference("a\nb\n", "a\nb\n"), None);
        let told = difference("a\nb\n", "a\nc\nd\n").expect("they differ");
        assert_eq!(told, "differs from line 2: there \"b\", made \"c\"; 2 lines there, 3 made");
        let told = difference("", "a\n").expect("they differ");
        assert_eq!(told, "differs from line 1: there \"<end>\", made \"a\"; 0 lines there, 1 made");
    }
}
