module fairlead.dev/bench

go 1.21
