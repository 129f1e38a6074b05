//! Zeroed memory for large tables that grow where they stand.
//!
//! Addresses are taken for all that a table may become; pages come when they are touched, large ones where the system has them. So
//! growing copies nothing and holds nothing twice.

use memmap2::{MmapMut, MmapOptions};

/// Lines of N slots, zero at first.
#[derive(Debug)]
pub struct Lines<S, const N: usize> {
    map: MmapMut,
    count: usize,
    slots: std::marker::PhantomData<[S; N]>,
}

/// Addresses taken for one table that grows, where the system gives addresses without memory: more than a machine has.
const ADDRESSES: usize = if cfg!(target_os = "linux") && usize::BITS == 64 { 1 << 38 } else { 0 };

/// Tables from this size on are asked to be kept in large pages: smaller ones would waste most of one.
const LARGE: usize = 1 << 22;

impl<S: bytemuck::Pod, const N: usize> Lines<S, N> {
    /// `count` lines, at least one, and addresses for all that they may grow to.
    ///
    /// # Errors
    /// The system has no such memory.
    pub fn growing(count: usize) -> std::io::Result<Self> {
        // Some systems limit addresses: then there are none to spare, and growing copies.
        let spare = (ADDRESSES > count * size_of::<[S; N]>())
            .then(|| MmapOptions::new().len(ADDRESSES).no_reserve_swap().map_anon().ok());
        match spare.flatten() {
            Some(map) => Ok(Lines::over(map, count)),
            None => Lines::zeroed(count),
        }
    }

    /// `count` lines, at least one.
    ///
    /// # Errors
    /// The system has no such memory.
    pub fn zeroed(count: usize) -> std::io::Result<Self> {
        Ok(Lines::over(MmapMut::map_anon(count * size_of::<[S; N]>())?, count))
    }

    fn over(map: MmapMut, count: usize) -> Self {
        let mut lines = Lines { map, count: 0, slots: std::marker::PhantomData };
        lines.widen(count);
        lines
    }

    /// More lines behind those there are, zero at first.
    ///
    /// # Errors
    /// The system has no such memory.
    pub fn grow(&mut self, count: usize) -> std::io::Result<()> {
        if count * size_of::<[S; N]>() <= self.map.len() {
            self.widen(count);
            return Ok(());
        }
        let mut larger = Lines::zeroed(count)?;
        larger.lines_mut()[..self.count].copy_from_slice(self.lines());
        *self = larger;
        Ok(())
    }

    fn widen(&mut self, count: usize) {
        let large = |count: usize| count * size_of::<[S; N]>() >= LARGE;
        #[cfg(target_os = "linux")]
        if large(count) && !large(self.count) {
            // All addresses at once, so that a large page is never cut. Advice: where it is not followed nothing is lost but time.
            let _ = self.map.advise(memmap2::Advice::HugePage);
        }
        self.count = count;
    }

    /// The lines; each begins at a multiple of its size.
    #[inline(always)]
    pub fn lines(&self) -> &[[S; N]] {
        bytemuck::cast_slice(&self.map[..self.count * size_of::<[S; N]>()])
    }

    /// The same, to be written.
    #[inline(always)]
    pub fn lines_mut(&mut self) -> &mut [[S; N]] {
        bytemuck::cast_slice_mut(&mut self.map[..self.count * size_of::<[S; N]>()])
    }
}
