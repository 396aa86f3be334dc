//! `plugctl completions` and the manual pages

use std::path::Path;
use std::{fs, io};

use clap::{Command, CommandFactory};
use clap_mangen::Man;

use crate::cli::{self, Cli};
use crate::failure::{Exit, Failure};
use crate::json;
use crate::output::Output;

pub(super) fn completions(arguments: &cli::Completions, output: &mut Output<'_>) -> Exit {
    let mut command = Cli::command();
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, name, &mut script);
    let script = String::from_utf8_lossy(&script);
    if output.json {
        output.document(json::Script { script: &script });
    } else {
        output.text(&script);
    }
    Exit::Done
}

pub(super) fn man(arguments: &cli::Man, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let folder = &arguments.folder;
    let failed = |path: &Path, error: &io::Error| Failure::Write {
        path: path.to_owned(),
        why: error.to_string(),
    };
    fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
    let mut written = Vec::new();
    for (name, page) in pages().map_err(|error| failed(folder, &error))? {
        let path = folder.join(&name);
        fs::write(&path, page).map_err(|error| failed(&path, &error))?;
        written.push(name);
    }
    if output.json {
        output.document(json::Pages { pages: written });
    }
    Ok(Exit::Done)
}

/// Every manual page: its file's name and its text. The same command line gives the same pages.
fn pages() -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    let mut pages = Vec::new();
    add_pages(&command, &mut pages)?;
    Ok(pages)
}

/// The pages of a command and of those below it.
fn add_pages(command: &Command, pages: &mut Vec<(String, Vec<u8>)>) -> io::Result<()> {
    let version = env!("CARGO_PKG_VERSION");
    let man = Man::new(command.clone())
        .source(format!("plugctl {version}"))
        .manual("plug61883");
    let mut page = Vec::new();
    man.render(&mut page)?;
    pages.push((man.get_filename(), page));
    let mut below = command.get_subcommands();
    below.try_for_each(|command| {
        if command.is_hide_set() {
            return Ok(());
        }
        add_pages(command, pages)
    })
}
