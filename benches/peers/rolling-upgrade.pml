/* The rolling upgrade of models/rolling-upgrade/world.toml, @N nodes, at most @K away at a time.
   `away` follows from the rest: it adds no state, and saves a count. */
#define old 0
#define drained 1
#define installing 2
#define new 3

unsigned p@i : 2;
byte away;

active proctype upgrade() {
end: do
    :: d_step { p@i == old && away < @K -> p@i = drained; away++; assert(away <= @K) }
    :: d_step { p@i == drained -> p@i = installing }
    :: d_step { p@i == installing -> p@i = new; away-- }
    od
}
