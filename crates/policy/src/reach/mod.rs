//! Who reaches whom on which ports, for everybody at once (work in progress in a branch of its own).
