//! How much memory the system allows, and what happens where it gives no more.

use super::exit::Exit;

/// What is allowed if nothing else is said.
const USUAL: u64 = 4_000_000_000;

/// What a check may use if nothing is asked for: what is usual, or half of what the system allows where that is less. What is
/// counted is what states, edges and nodes hold; as much again is for everything else.
pub fn usual() -> u64 {
    let read = |file: &str| std::fs::read_to_string(file).unwrap_or_default();
    let limits = [address_space(&read("/proc/self/limits")), group(&read("/sys/fs/cgroup/memory.max"))];
    limits.into_iter().flatten().map(|most| most / 2).fold(USUAL, u64::min)
}

/// The limit of `ulimit -v`, as Linux tells it.
fn address_space(limits: &str) -> Option<u64> {
    let line = limits.lines().find_map(|line| line.strip_prefix("Max address space"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// The limit of a container.
fn group(most: &str) -> Option<u64> {
    most.trim().parse().ok()
}

/// Where memory is asked for that there is not, the program says so and aborts. That ends with the code of a program that
/// failed, like every other failure.
pub fn end_with_a_code() {
    #[cfg(unix)]
    {
        use std::sync::Arc;
        use std::sync::atomic::AtomicBool;
        let always = Arc::new(AtomicBool::new(true));
        let code = i32::from(Exit::Crashed.code());
        // Without it the process ends with a signal, which is as well.
        let _ = signal_hook::flag::register_conditional_shutdown(signal_hook::consts::SIGABRT, code, always);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read_as_linux_tells_them() {
        let limits = "Limit                     Soft Limit           Hard Limit           Units     \n\
                      Max address space         409600000            unlimited            bytes     \n";
        assert_eq!(address_space(limits), Some(409_600_000));
        assert_eq!(address_space(&limits.replace("409600000", "unlimited")), None);
        assert_eq!((group("536870912\n"), group("max\n"), group("")), (Some(1 << 29), None, None));
        assert!(usual() <= USUAL);
    }
}
