-- The rolling upgrade of models/rolling-upgrade/world.toml.
-- `away` follows from the rest: it adds no state, and saves a count.
const
  N: @N;
  K: @K;
type
  node: 0 .. N - 1;
var
  phase: array[node] of 0 .. 3; -- old, drained, installing, new
  away: 0 .. N;

startstate begin
  for n: node do phase[n] := 0; end;
  away := 0;
end;

ruleset n: node do
  rule "drain" phase[n] = 0 & away < K ==> begin phase[n] := 1; away := away + 1; end;
  rule "install" phase[n] = 1 ==> begin phase[n] := 2; end;
  rule "return" phase[n] = 2 ==> begin phase[n] := 3; away := away - 1; end;
end;

invariant "half stays" away <= K;
