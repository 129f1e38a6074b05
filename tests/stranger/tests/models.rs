runproof::testing::main!("models");
