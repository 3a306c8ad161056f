//! Failures as Kubernetes tells them.

use axum::response::Response;
use serde_json::json;

use crate::problem::Problem;
use crate::viewer::Asking;

/// An answer, or the `Status` of what failed.
pub(super) fn status(asking: &Asking, answered: Result<Response, Problem>) -> Response {
    let problem = match answered {
        Ok(response) => return response,
        Err(problem) => problem,
    };
    let form = problem.form(asking.speech);
    let because: Vec<&str> = form.issues.iter().map(|issue| issue.message.as_str()).collect();
    let message = if because.is_empty() { form.title } else { format!("{}: {}", form.title, because.join("; ")) };
    let mut response = asking.answer(json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": message,
        "reason": reason(form.status), "code": form.status,
    }));
    if let Ok(code) = axum::http::StatusCode::from_u16(form.status) {
        *response.status_mut() = code;
    }
    response
}

fn reason(status: u16) -> &'static str {
    match status {
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "NotFound",
        409 => "Conflict",
        422 => "Invalid",
        400 => "BadRequest",
        503 => "ServiceUnavailable",
        _ => "InternalError",
    }
}
