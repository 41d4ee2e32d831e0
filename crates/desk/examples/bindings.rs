//! Writes the TypeScript side of the command table: `types.ts` (every type that crosses the bridge)
//! and `commands.ts` (the table). Run it by `cargo xtask bindings`; the argument is the folder.

use std::any::TypeId;
use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::Context as _;
use frontdesk_desk::commands::{CommandRow, TABLE};
use frontdesk_desk::{Changed, Topic, for_each_command, view};
use ts_rs::{Config, TS, TypeVisitor};

const HEAD: &str = "// Written by `cargo xtask bindings` from the command table in crates/desk/src/commands.rs.\n\
                    // Do not edit: `cargo xtask check` compares.\n\n";

fn main() -> anyhow::Result<()> {
    let folder = env::args().nth(1).map(PathBuf::from);
    let folder = folder.context("which folder? usage: bindings FOLDER")?;
    fs::create_dir_all(&folder).context("creating the folder")?;
    write(&folder, "types.ts", &types())?;
    write(&folder, "commands.ts", &commands())
}

fn write(folder: &Path, name: &str, text: &str) -> anyhow::Result<()> {
    let path = folder.join(name);
    fs::write(&path, format!("{HEAD}{text}")).with_context(|| format!("writing {}", path.display()))
}

/// Declarations by name, so that the file does not depend on the order of visits.
#[derive(Default)]
struct Declarations {
    config: Config,
    seen: HashSet<TypeId>,
    by_name: BTreeMap<String, String>,
}

impl TypeVisitor for Declarations {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if !self.seen.insert(TypeId::of::<T>()) {
            return;
        }
        if T::output_path().is_some() {
            let docs = T::docs().unwrap_or_default();
            let text = format!("{docs}export {}", T::decl(&self.config));
            self.by_name.insert(T::ident(&self.config), tidy(&text));
        }
        T::visit_dependencies(self);
        T::visit_generics(self);
    }
}

/// One-line comments, indented fields, no spaces at line ends.
fn tidy(text: &str) -> String {
    let text = text
        .replace("/**\n * ", "/** ")
        .replace("\n */", " */")
        .replace(", };", ",\n};");
    let mut tidied = String::new();
    let mut inside = false;
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        inside &= !line.starts_with('}');
        let indent = if inside { "  " } else { "" };
        let _ = writeln!(tidied, "{indent}{line}");
        inside |= line.ends_with('{');
    }
    tidied
}

macro_rules! visit_all {
    ($(
        $(#[doc = $doc:literal])*
        $kind:ident $name:ident($request:ident) -> $response:ident, $verb:ident [$($topic:ident),*];
    )*) => {
        fn visit_commands(visitor: &mut Declarations) {
            $(visitor.visit::<view::$request>();
            visitor.visit::<view::$response>();)*
        }
    };
}

for_each_command!(visit_all);

fn types() -> String {
    let mut visitor = Declarations::default();
    visit_commands(&mut visitor);
    visitor.visit::<view::Written<view::NoArguments>>();
    visitor.visit::<view::Navigate>();
    visitor.visit::<view::ErrorView>();
    visitor.visit::<Changed>();
    visitor.by_name.into_values().collect::<Vec<_>>().join("\n")
}

fn commands() -> String {
    let mut text = String::new();
    let names: std::collections::BTreeSet<&str> = TABLE
        .iter()
        .flat_map(|row| [row.request, row.response])
        .collect();
    let imports = names
        .into_iter()
        .map(|name| format!("  {name},\n"))
        .collect::<String>();
    let _ = write!(text, "import type {{\n{imports}}} from './types';\n\n");
    text +=
        "/** Request and response of each command; a write resolves to `Written<response>`. */\n";
    text += "export type Commands = {\n";
    for CommandRow {
        name,
        request,
        response,
        doc,
        ..
    } in TABLE
    {
        let _ = writeln!(text, "  /**{doc} */");
        let _ = writeln!(
            text,
            "  {name}: {{ request: {request}; response: {response} }};"
        );
    }
    text += "};\n\n/** What a read is made of, and what the success of a write touches. */\n";
    text += "export const COMMANDS = {\n";
    for row in TABLE {
        let topics = row.topics.iter().map(|topic| format!("'{}'", topic.name()));
        let topics = topics.collect::<Vec<_>>().join(", ");
        let (name, kind) = (row.name, row.kind.name());
        let _ = writeln!(text, "  {name}: {{ kind: '{kind}', topics: [{topics}] }},");
    }
    text += "} as const;\n\n/** Every topic. */\nexport const TOPICS = [\n";
    for topic in Topic::ALL {
        let _ = writeln!(text, "  '{}',", topic.name());
    }
    text += "] as const;\n";
    text
}
