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
