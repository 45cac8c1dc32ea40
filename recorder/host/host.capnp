# A run in a process of its own, and who looks on: two processes of one build, over a socket pair.
# Nothing of it is stored, so it may change with every build.
@0xd4b3a7c5e1f09826;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("ariadne::host::wire");

# recorder::RunRequest, as far as a run that is looked at knows it.
struct Request {
    program @0 :Text;
    arguments @1 :List(Argument);
    seed @2 :UInt64;
    policy @3 :UInt8;  # kernel::Policy
    file @4 :Text;  # empty: not recorded
    level @5 :UInt8;  # tracefmt::Level
    pctDepth @6 :UInt32;
    pctSteps @7 :UInt64;
    threads @8 :UInt32;
    faults @9 :Text;  # as kernel::parseFaults() reads them
    live @10 :Bool;
    metricsEvery @11 :UInt64;
    visibleEveryNs @12 :Int64;
    patienceNs @13 :Int64;  # of the watchdog; 0 = LiveRun's own
    grants @14 :List(Argument);  # name and scope of each

    struct Argument {
        name @0 :Text;
        text @1 :Text;
    }
}

# condition::StopTrouble
struct Trouble {
    condition @0 :Text;
    text @1 :Text;
}

struct Status {
    phase @0 :UInt8;  # RunStatus::Phase
    rounds @1 :UInt64;
    events @2 :UInt64;
    timeNs @3 :Int64;
    outcome @4 :UInt8;  # Outcome
    text @5 :Text;
    stuck @6 :Text;
    pause @7 :UInt8;  # RunStatus::Pause
    stopEvent @8 :UInt64;  # condition::StopHit
    stopConditions @9 :List(Text);
    stopOthers @10 :UInt64;
    turn @11 :UInt64;
    troubles @12 :List(Trouble);
}

# RunHost::Answers.
interface Onlooker {
    status @0 (status :Status) -> ();
    began @1 () -> ();
    grown @2 (settled :Bool) -> ();
    ending @3 () -> ();
}

# recorder::DivergentEvent
struct AgainEvent {
    exists @0 :Bool;
    kind @1 :UInt8;  # EventKind
    timeNs @2 :Int64;
    round @3 :UInt64;
    cell @4 :Text;
    peer @5 :Text;
    message @6 :Text;
    change @7 :Text;
}

struct AgainField {
    field @0 :Text;
    a @1 :Text;
    b @2 :Text;
}

# recorder::ReplayResult, or an absl::Status
struct AgainResult {
    code @0 :UInt32;  # of the status
    text @1 :Text;
    from @2 :UInt64;
    to @3 :UInt64;
    events @4 :UInt64;
    digests @5 :UInt64;
    divergence @6 :Divergence;  # null: none

    struct Divergence {
        position @0 :UInt64;
        what @1 :Text;
        recorded @2 :AgainEvent;
        executed @3 :AgainEvent;
        messageFields @4 :List(AgainField);
        fields @5 :List(AgainField);
    }
}

interface AgainOnlooker {
    reached @0 (from :UInt64, to :UInt64, reached :UInt64) -> ();
}

# RunHost, for one run; or Again, for one call.
interface Host {
    start @0 (request :Request, paused :Bool, onlooker :Onlooker, stops :List(Text)) -> ();
    pause @1 () -> ();
    resume @2 () -> ();
    step @3 (rounds :UInt64) -> ();
    stop @4 () -> ();
    setStops @5 (stops :List(Text)) -> ();
    stepTurnOf @6 (rank :UInt32) -> ();
    # From the snapshot before `position`. Into `file`, as far as `to`, unless that is empty.
    again @7 (trace :Text, position :UInt64, file :Text, onlooker :AgainOnlooker, to :UInt64)
        -> (result :AgainResult);
}
