use runproof::engine::search::{key::Mixer, slot::Slot, table::*};
use std::time::Instant;
fn run<S: Slot<1>, const N: usize>(bits: u32, n: u64, dup: u64, ahead: usize, name: &str) {
    let mixer = Mixer::of(&[(1u64 << bits) - 1]);
    let mut table: Table<S, N, 1> = Table::new(mixer, 11).unwrap();
    let mut x = 88172645463325252u64;
    let mask = (1u64 << bits) - 1;
    let t = Instant::now();
    let mut sink = 0u64;
    let mut longest = 0f64;
    let mut batch: Vec<[u64; 1]> = Vec::new();
    let mut mixed: Vec<u64> = Vec::new();
    let mut done = 0u64;
    while done < n {
        batch.clear();
        mixed.clear();
        for _ in 0..2048 {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            batch.push([x & mask]);
            for d in 1..dup {
                let _ = d;
                batch.push([x & mask]);
            }
        }
        if table.crowded(batch.len()) {
            let t = Instant::now();
            table.grow().unwrap();
            longest = longest.max(t.elapsed().as_secs_f64());
        }
        let mixer = table.mixer();
        mixed.extend(batch.iter().map(|s| mixer.mix(s)));
        let mut view = table.view();
        if ahead == 0 {
            // safe: touch pass
            for c in 0..mixed.len() / 32 {
                for m in &mixed[c * 32..c * 32 + 32] {
                    let h = view.home(*m);
                    sink += view.touch(h).rest();
                }
                for i in c * 32..c * 32 + 32 {
                    view.insert(mixed[i], &batch[i]);
                }
            }
        } else {
            for i in 0..mixed.len() {
                if let Some(m) = mixed.get(i + ahead) {
                    let h = view.home(*m);
                    view.prefetch(h);
                }
                view.insert(mixed[i], &batch[i]);
            }
        }
        done += 2048;
    }
    let s = t.elapsed().as_secs_f64();
    println!(
        "{name} bits {bits} n {n} dup {dup} ahead {ahead}: {:.2} M inserts/s, distinct {}, {:.1} B/state, longest growth {:.3} s {}",
        (done * dup) as f64 / s / 1e6,
        table.len(),
        table.bytes() as f64 / table.len() as f64,
        longest,
        sink & 1
    );
}
fn main() {
    for ahead in [0, 16, 32, 64] {
        run::<u32, 16>(40, 10_000_000, 1, ahead, "u32");
        run::<u32, 16>(40, 50_000_000, 1, ahead, "u32");
        run::<u64, 8>(60, 10_000_000, 1, ahead, "u64");
    }
}
