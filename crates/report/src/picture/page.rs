//! A page of its own: the picture and the table in one file that needs nothing else.

use std::fmt::Write as _;

use bulkhead_wire::TopologyForm;

use super::svg::escaped;
use super::topology::{draw_topology, rows};
use super::{Look, theme};
use crate::words::{Language, Speech};

const STYLE: &str = "body{margin:0;padding:1.5rem;background:var(--p-page);color:var(--p-ink);\
font:15px/1.5 system-ui,-apple-system,'Segoe UI','PingFang SC','Microsoft YaHei','Noto Sans SC','WenQuanYi Micro Hei',sans-serif}\
h1{font-size:1.4rem;margin:0 0 .25rem}h2{font-size:1.1rem;margin:2rem 0 .5rem}p{margin:.25rem 0 1rem;color:var(--p-dim)}\
.wide{overflow:auto;border:1px solid var(--p-edge);border-radius:8px}.wide svg{display:block}\
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.35rem .75rem;border-bottom:1px solid var(--p-edge)}\
td{overflow-wrap:anywhere}th{position:sticky;top:0;background:var(--p-card)}td:nth-child(4){text-align:right}\
@media print{.wide{overflow:visible;border:0}.wide svg{max-width:100%;height:auto}}";

/// The page of a topology.
pub fn reach_page(form: &TopologyForm, speech: Speech) -> String {
    let picture = draw_topology(form, speech, Look::Inside);
    let title = speech.word(&format!("picture.title.{}", form.level));
    let language = match speech.language {
        Language::English => "en",
        Language::Chinese => "zh-Hans",
    };
    let mut page = format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title}</title>\n<style>:root{{{}}}@media(prefers-color-scheme:dark){{:root{{{}}}}}{}{STYLE}</style>\n</head>\n<body>\n<main>\n",
        theme::LIGHT,
        theme::DARK,
        theme::RULES,
        title = escaped(&title),
    );
    let _ = writeln!(page, "<h1>{}</h1>\n<p>{}</p>", escaped(&title), escaped(&speech.word("picture.how")));
    let _ = writeln!(
        page,
        "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">\n{}</div>",
        escaped(&speech.word("picture.picture")),
        picture.svg
    );
    for issue in &form.issues {
        let _ = writeln!(page, "<p>{}</p>", escaped(&issue.message));
    }
    table(form, speech, &mut page);
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

fn table(form: &TopologyForm, speech: Speech, page: &mut String) {
    let heading = escaped(&speech.word("picture.table"));
    let _ = writeln!(page, "<h2 id=\"table\">{heading}</h2>\n<table aria-labelledby=\"table\">\n<thead><tr>");
    for column in ["reach.from", "reach.to", "picture.open", "picture.pairs", "reach.ports"] {
        let _ = writeln!(page, "<th scope=\"col\">{}</th>", escaped(&speech.word(column)));
    }
    page.push_str("</tr></thead>\n<tbody>\n");
    for row in rows(form, speech) {
        let open = speech.word(&format!("picture.open.{}", row.open));
        let cells = [row.from, row.to, open, row.pairs.to_string(), row.ports].map(|cell| escaped(&cell));
        let _ = writeln!(page, "<tr><td>{}</td></tr>", cells.join("</td><td>"));
    }
    page.push_str("</tbody>\n</table>\n");
}
