-- The install orders of models/install-orders/world.toml, packages p@N to p9.
const
  FIRST: @N;
type
  node: 0 .. 1;
  file: 1 .. 6;
var
  installed: array[node] of array[FIRST .. 9] of boolean;
  version: array[node] of array[file] of 0 .. 3;
  pending: array[node] of boolean;
  down: array[node] of boolean;

function healthy(n: node): boolean; begin
  return version[n][1] <= version[n][2] & version[n][3] <= version[n][4] & version[n][5] <= version[n][6];
end;

startstate begin
  for n: node do
    for p: FIRST .. 9 do installed[n][p] := false; end;
    for f: file do version[n][f] := 0; end;
    pending[n] := false;
    down[n] := false;
  end;
end;

ruleset n: node do
  alias up: !down[0] & !down[1]; package: installed[n]; f: version[n] do
@1 rule "p1" up & !package[1] ==> begin package[1] := true; f[1] := 1; f[2] := 1; pending[n] := true; end;
@2 rule "p2" up & package[1] & !package[2] ==> begin package[2] := true; f[2] := 2; pending[n] := true; end;
@3 rule "p3" up & !package[3] ==> begin package[3] := true; f[3] := 1; pending[n] := true; end;
@4 rule "p4" up & !package[4] ==> begin package[4] := true; f[3] := 2; f[4] := 1; pending[n] := true; end;
@5 rule "p5" up & !package[5] ==> begin package[5] := true; f[4] := 2; pending[n] := true; end;
  rule "p6" up & !package[6] ==> begin package[6] := true; f[5] := 1; pending[n] := true; end;
  rule "p7" up & !package[7] ==> begin package[7] := true; f[5] := 2; f[6] := 1; pending[n] := true; end;
  rule "p8" up ==> begin package[8] := true; f[2] := 3; f[4] := 3; pending[n] := true; end;
  rule "p9" up ==> begin package[9] := true; f[5] := 3; f[6] := 3; pending[n] := true; end;
  rule "stop" up & pending[n] & healthy(1 - n) ==> begin down[n] := true; end;
  rule "start" down[n] ==> begin down[n] := false; pending[n] := false; end;
  end;
end;

invariant "one stays"
  !(down[0] & down[1]) & (down[0] -> healthy(1)) & (down[1] -> healthy(0));
