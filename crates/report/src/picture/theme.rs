//! The frame of a picture, and its colours. A page that shows pictures inside has the same rules for the same classes.

use super::svg::{Svg, number};
use super::{Ground, Look};

/// Rules for classes; colours are variables.
pub const RULES: &str = "\
.p-page{fill:var(--p-page)}\
.p-title{font-size:17px;font-weight:600;fill:var(--p-ink)}\
.p-head{font-size:13px;font-weight:600;fill:var(--p-ink)}\
.p-name{font-size:12px;fill:var(--p-ink)}\
.p-dim{font-size:11px;fill:var(--p-dim)}\
.p-label{font-size:11px;fill:var(--p-ink)}\
.p-new{font-size:12px;font-weight:600;fill:var(--p-ink)}\
.p-good{font-size:12px;font-weight:600;fill:var(--p-good)}\
.p-bad{font-size:12px;font-weight:600;fill:var(--p-bad)}\
.p-unsure{font-size:12px;font-weight:600;fill:var(--p-unsure)}\
.p-card{fill:var(--p-card);stroke:var(--p-edge)}\
.p-rule{stroke:var(--p-edge);fill:none}\
.p-rowbox{fill:var(--p-row)}\
.p-labelbox{fill:var(--p-page)}\
.p-row .p-labelbox,.p-box .p-labelbox{fill:var(--p-row)}\
.p-line{fill:none;stroke:var(--p-open);stroke-width:1.4}\
.p-tip,.p-hubbox{fill:var(--p-open);stroke:var(--p-open);stroke-linejoin:round}\
.p-many{stroke-width:2.2}\
.p-all .p-line{stroke-width:3}\
.p-undetermined .p-line{stroke:var(--p-unsure);stroke-dasharray:5 4}\
.p-undetermined .p-tip{fill:var(--p-unsure);stroke:var(--p-unsure)}\
.p-crosses .p-line{stroke:var(--p-cross)}\
.p-crosses .p-tip{fill:var(--p-page);stroke:var(--p-cross);stroke-width:1.4}\
.p-hub .p-hubbox{fill:var(--p-page);stroke-width:1.4}\
.p-hub.p-all .p-hubbox{stroke-width:3}\
.p-hub.p-undetermined .p-hubbox{stroke:var(--p-unsure);stroke-dasharray:5 4}\
.p-hub.p-crosses .p-hubbox{stroke:var(--p-cross)}\
.p-outside .p-card,.p-nodes .p-card{stroke-dasharray:4 3}";

/// Colours on a light ground.
pub const LIGHT: &str = "--p-page:#f6f8fa;--p-card:#fff;--p-row:#eef3f6;--p-edge:#a9b7c3;--p-ink:#18222d;--p-dim:#55616c;\
--p-open:#0b6b76;--p-cross:#a34708;--p-unsure:#7a5200;--p-good:#146c3e;--p-bad:#b02a22";

/// Colours on a dark ground.
pub const DARK: &str = "--p-page:#11181d;--p-card:#192228;--p-row:#222e36;--p-edge:#51626e;--p-ink:#e4ebef;--p-dim:#a7b6c0;\
--p-open:#5cc3ce;--p-cross:#ffa763;--p-unsure:#f0c75e;--p-good:#6fd39a;--p-bad:#ff9389";

const FONTS: &str = "system-ui,-apple-system,'Segoe UI','PingFang SC','Microsoft YaHei','Noto Sans SC','WenQuanYi Micro Hei',sans-serif";

/// Opens a picture of a size, with its title and what it shows for those who do not see it.
pub(super) fn begin(svg: &mut Svg, (width, height): (f64, f64), (title, about): (&str, &str), look: Look) {
    let (wide, high) = (number(width), number(height));
    let view = format!("0 0 {wide} {high}");
    let label = format!("{title}. {about}");
    svg.open(
        "svg",
        &[
            ("xmlns", "http://www.w3.org/2000/svg"),
            ("class", "p-picture"),
            ("viewBox", &view),
            ("width", &wide),
            ("height", &high),
            ("font-family", FONTS),
            ("role", "img"),
            ("aria-label", &label),
        ],
    );
    svg.line();
    if let Look::Alone(ground) = look {
        svg.raw(&format!("<style>{}</style>", style(ground)));
        svg.line();
        svg.text("title", &[], title);
        svg.text("desc", &[], about);
        svg.element("rect", &[("class", "p-page"), ("width", &wide), ("height", &high)]);
        svg.line();
    }
}

/// The rules with their colours.
fn style(ground: Ground) -> String {
    match ground {
        Ground::System => {
            format!(".p-picture{{{LIGHT}}}@media(prefers-color-scheme:dark){{.p-picture{{{DARK}}}}}{RULES}")
        }
        Ground::Light => coloured(LIGHT),
        Ground::Dark => coloured(DARK),
    }
}

/// The rules with the values of variables in their places.
fn coloured(values: &str) -> String {
    let variables = values.split(';').filter_map(|one| one.split_once(':'));
    variables.fold(RULES.to_owned(), |rules, (name, value)| rules.replace(&format!("var({name})"), value))
}

/// Closes it.
pub(super) fn end(svg: &mut Svg) {
    svg.close("svg");
    svg.line();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chosen_ground_needs_no_variables() {
        for values in [LIGHT, DARK] {
            let rules = coloured(values);
            assert!(!rules.contains("var(") && rules.len() < RULES.len(), "{rules}");
        }
        assert!(coloured(LIGHT).contains(".p-page{fill:#f6f8fa}"));
        assert!(coloured(DARK).contains(".p-page{fill:#11181d}"));
    }
}
