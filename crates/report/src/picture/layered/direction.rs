//! Which lines lead from right to left: few, and none that can lead to the right instead.

use super::{Column, Drawing};

/// Of each line whether it is drawn from right to left.
pub(super) fn reversed(drawing: &Drawing) -> Vec<bool> {
    let place = sequence(drawing);
    let at = |index: usize| place.get(index).copied().unwrap_or_default();
    drawing.lines.iter().map(|line| at(line.from.at) > at(line.to.at)).collect()
}

/// The place of each box in a sequence: who only sends first, who only receives last, and between them whoever sends most and
/// receives least of those who are left.
fn sequence(drawing: &Drawing) -> Vec<usize> {
    let count = drawing.boxes.len();
    let mut degree = vec![(0_usize, 0_usize); count];
    let mut out = vec![Vec::new(); count];
    let mut into = vec![Vec::new(); count];
    for line in drawing.lines.iter().filter(|line| line.from.at != line.to.at) {
        out.get_mut(line.from.at).into_iter().for_each(|list: &mut Vec<usize>| list.push(line.to.at));
        into.get_mut(line.to.at).into_iter().for_each(|list: &mut Vec<usize>| list.push(line.from.at));
        degree.get_mut(line.from.at).into_iter().for_each(|degree| degree.0 += 1);
        degree.get_mut(line.to.at).into_iter().for_each(|degree| degree.1 += 1);
    }
    let column = |at: usize| drawing.boxes.get(at).map_or(Column::Inner, |shape| shape.column);
    let mut left: Vec<usize> = (0..count).collect();
    let (mut front, mut back) = (Vec::new(), Vec::new());
    while !left.is_empty() {
        let (out_in, is_sink) =
            (|at: usize| degree.get(at).copied().unwrap_or_default(), |degree: (usize, usize)| degree.0 == 0);
        let last = left
            .iter()
            .rposition(|at| column(*at) == Column::Last || (column(*at) == Column::Inner && is_sink(out_in(*at))));
        let key = |at: usize| {
            let (out, into) = out_in(at);
            let surplus = (out.saturating_sub(into), usize::MAX - into.saturating_sub(out));
            (column(at) == Column::First, into == 0, surplus, usize::MAX - at)
        };
        let first = || left.iter().enumerate().max_by_key(|(_, at)| key(**at)).map_or(0, |(place, _)| place);
        let (place, to_front) = last.map_or_else(|| (first(), true), |place| (place, false));
        let at = left.remove(place);
        if to_front {
            front.push(at);
        } else {
            back.push(at);
        }
        for to in out.get(at).into_iter().flatten() {
            degree.get_mut(*to).into_iter().for_each(|degree| degree.1 = degree.1.saturating_sub(1));
        }
        for from in into.get(at).into_iter().flatten() {
            degree.get_mut(*from).into_iter().for_each(|degree| degree.0 = degree.0.saturating_sub(1));
        }
    }
    let mut place = vec![0; count];
    for (index, at) in front.into_iter().chain(back.into_iter().rev()).enumerate() {
        place.get_mut(at).into_iter().for_each(|slot| *slot = index);
    }
    place
}
