-- The two-phase commit of models/two-phase-commit/world.toml.
const
  N: @N;
type
  participant: 0 .. N - 1;
var
  rm: array[participant] of 0 .. 3; -- working, prepared, committed, aborted
  decision: 0 .. 2;                 -- none, committed, aborted; also the message that says so
  sent: array[participant] of boolean;
  heard: array[participant] of boolean;

startstate begin
  for r: participant do
    rm[r] := 0;
    sent[r] := false;
    heard[r] := false;
  end;
  decision := 0;
end;

rule "decide to commit" decision = 0 & forall r: participant do heard[r] end ==> begin decision := 1; end;
rule "decide to abort" decision = 0 ==> begin decision := 2; end;

ruleset r: participant do
  rule "hear" decision = 0 & sent[r] & !heard[r] ==> begin heard[r] := true; end;
  rule "prepare" rm[r] = 0 ==> begin rm[r] := 1; sent[r] := true; end;
  rule "choose to abort" rm[r] = 0 ==> begin rm[r] := 3; end;
  rule "commit" decision = 1 & rm[r] != 2 ==> begin rm[r] := 2; end;
  rule "abort" decision = 2 & rm[r] != 3 ==> begin rm[r] := 3; end;
end;

invariant "consistent"
  !((exists r: participant do rm[r] = 2 end) & (exists r: participant do rm[r] = 3 end));
