//! Zeroed memory for large tables: pages come when they are touched, large ones where the system has them.

use memmap2::MmapMut;

/// So many lines of slots, zero at first.
#[derive(Debug)]
pub struct Lines<S, const N: usize> {
    map: MmapMut,
    slots: std::marker::PhantomData<[S; N]>,
}

impl<S: bytemuck::Pod, const N: usize> Lines<S, N> {
    /// `count` lines, at least one.
    ///
    /// # Errors
    /// The system has no such memory.
    pub fn zeroed(count: usize) -> std::io::Result<Self> {
        let map = MmapMut::map_anon(count * size_of::<[S; N]>())?;
        // Advice: where it cannot be followed nothing is lost but time.
        #[cfg(target_os = "linux")]
        let _ = map.advise(memmap2::Advice::HugePage);
        Ok(Lines { map, slots: std::marker::PhantomData })
    }

    /// The lines; each begins at a multiple of its size.
    #[inline(always)]
    pub fn lines(&self) -> &[[S; N]] {
        bytemuck::cast_slice(&self.map)
    }

    /// The same, to be written.
    #[inline(always)]
    pub fn lines_mut(&mut self) -> &mut [[S; N]] {
        bytemuck::cast_slice_mut(&mut self.map)
    }
}
