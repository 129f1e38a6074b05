//! Asking for memory before it is needed. The one place with `unsafe` in it.
//!
//! **Why it is here.** Where the next states stand in a large table is known long before they are looked up. Asking for their lines
//! took two and a half times as many states a second into a table of 10 million, and half as many again to twice as many into one of 50
//! million, as reading a word of each line ahead did (`docs/adr/0010-the-fast-search.md`).
//!
//! **Why it is sound.** A prefetch reads and writes nothing that the program can see and never faults, whatever the address; and the
//! address is that of a reference, so it is valid anyway. There is nothing here for Miri to look at: on other processors the function
//! is empty.

#![allow(unsafe_code, reason = "prefetching has no safe form in stable Rust")]

/// Asks the processor to bring the cache line of a value near.
#[inline(always)]
pub fn prefetch<T>(of: &T) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: any address may be prefetched, and SSE is part of every x86-64 processor.
    unsafe {
        std::arch::x86_64::_mm_prefetch::<{ std::arch::x86_64::_MM_HINT_T0 }>(std::ptr::from_ref(of).cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = of;
}
