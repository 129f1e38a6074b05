/* The install orders of models/install-orders/world.toml, packages p@N to p9. */
bit @np1, @np2, @np3, @np4, @np5, @np6, @np7, @np8, @np9;
unsigned @nf1 : 2; unsigned @nf2 : 2; unsigned @nf3 : 2; unsigned @nf4 : 2; unsigned @nf5 : 2; unsigned @nf6 : 2;
bit @npending, @ndown;

#define both_up (!adown && !bdown)
#define healthy_@n (@nf1 <= @nf2 && @nf3 <= @nf4 && @nf5 <= @nf6)
#define safe (both_up || adown && !bdown && healthy_b || bdown && !adown && healthy_a)

active proctype administrator() {
end: do
@1 :: d_step { both_up && !@np1 -> @np1 = 1; @nf1 = 1; @nf2 = 1; @npending = 1; assert(safe) }
@2 :: d_step { both_up && @np1 && !@np2 -> @np2 = 1; @nf2 = 2; @npending = 1; assert(safe) }
@3 :: d_step { both_up && !@np3 -> @np3 = 1; @nf3 = 1; @npending = 1; assert(safe) }
@4 :: d_step { both_up && !@np4 -> @np4 = 1; @nf3 = 2; @nf4 = 1; @npending = 1; assert(safe) }
@5 :: d_step { both_up && !@np5 -> @np5 = 1; @nf4 = 2; @npending = 1; assert(safe) }
    :: d_step { both_up && !@np6 -> @np6 = 1; @nf5 = 1; @npending = 1; assert(safe) }
    :: d_step { both_up && !@np7 -> @np7 = 1; @nf5 = 2; @nf6 = 1; @npending = 1; assert(safe) }
    :: d_step { both_up -> @np8 = 1; @nf2 = 3; @nf4 = 3; @npending = 1; assert(safe) }
    :: d_step { both_up -> @np9 = 1; @nf5 = 3; @nf6 = 3; @npending = 1; assert(safe) }
    :: d_step { both_up && @npending && healthy_@m -> @ndown = 1; assert(safe) }
    :: d_step { @ndown -> @ndown = 0; @npending = 0; assert(safe) }
    od
}
