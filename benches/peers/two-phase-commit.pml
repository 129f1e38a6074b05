/* The two-phase commit of models/two-phase-commit/world.toml, @N participants. */
#define working 0
#define prepared 1
#define committed 2
#define aborted 3

unsigned rm@i : 2;
unsigned decision : 2;   /* working, committed or aborted; also the message that says so */
unsigned sent : @N;      /* who has sent `prepared` */
unsigned heard : @N;     /* from whom the manager has received it */

#define some_committed (false \
    || rm@i == committed \
    )
#define some_aborted (false \
    || rm@i == aborted \
    )
#define consistent !(some_committed && some_aborted)

active proctype commit() {
end: do
    :: d_step { decision == working && heard == @ALL -> decision = committed }
    :: d_step { decision == working -> decision = aborted }
    :: d_step { decision == working && (sent & (1 << @i)) && !(heard & (1 << @i)) -> heard = heard | (1 << @i) }
    :: d_step { rm@i == working -> rm@i = prepared; sent = sent | (1 << @i) }
    :: d_step { rm@i == working -> rm@i = aborted; assert(consistent) }
    :: d_step { decision == committed && rm@i != committed -> rm@i = committed; assert(consistent) }
    :: d_step { decision == aborted && rm@i != aborted -> rm@i = aborted; assert(consistent) }
    od
}
