# The bodies of the chunks of a .clew file; FORMAT.md says which chunk holds which struct and what
# every field means. Field numbers are for ever: types never change, additions go to the end.
@0xc0e5f660461d6238;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("ariadne::tracefmt::schema");

struct Meta {                       # META, chunkSeq 0
  engineVersion @0 :Text;
  formatMinor @1 :UInt16;
  minViewMinor @2 :UInt16;          # a reader below this minor must refuse the file
  minReplayMinor @3 :UInt16;        # a reader below this minor may show, not replay
  programId @4 :Text;               # a name, never a path
  programVersion @5 :Text;
  programAbi @6 :UInt32;
  args @7 :List(Argument);
  seed @8 :UInt64;
  policy @9 :Text;
  batch @10 :UInt32;
  level @11 :UInt8;                 # 0 inputs, 1 events, 2 full
  limits @12 :Limits;
  pctDepth @13 :UInt32;             # policy pct: changes of priority plus one; others 0
  pctSteps @14 :UInt64;             # policy pct: choices among which they fall; others 0
  live @15 :Bool;                   # virtual time follows a clock
  faults @16 :Text;                 # injected ones: "crash=100,drop@shop/worker:17"
  grants @17 :List(Argument);       # effects the outside allowed: name, scope
  metricsEvery @18 :UInt64;         # turns between two reports of the metrics; 0 = none
  segment @19 :UInt32;              # which of the files of one run this is, from 1; 0 = the only one
  made @20 :UInt8;                  # 0 recorded, 1 cut out of another file, 2 recovered from one, 3 redacted
  parent @21 :Data;                 # id of that file, 16 bytes
  cutFirst @22 :UInt64;             # the part that was asked for
  cutLast @23 :UInt64;
  redaction @24 :UInt8;             # 0 none, 1 values of fields were replaced: to look at, not to replay
}

struct Argument {
  name @0 :Text;
  value @1 :Text;
}

struct Limits {
  roundsPerInstantMax @0 :UInt64;
  eventsMax @1 :UInt64;
  cellsMax @2 :UInt32;
  mailboxMax @3 :UInt32;
  stashMax @4 :UInt32;
  messageBytesMax @5 :UInt32;
  outputsPerTurnMax @6 :UInt32;
  cellBytesMax @7 :UInt64;          # of the state of a cell after a turn; 0 = no limit
}

struct Tables {                     # TABL: entries follow those of the chunks before
  full @0 :Bool;                    # the first chunk of a full copy, which starts again at 1
  firstType @1 :UInt32;             # index of types[0]
  types @2 :List(TypeDesc);
  firstBirth @3 :UInt32;            # rank of births[0]
  births @4 :List(Birth);
}

struct TypeDesc {
  name @0 :Text;
  kind @1 :UInt8;
  size @2 :UInt32;
  hash @3 :UInt64;
  fields @4 :List(Field);
}

struct Field {
  name @0 :Text;
  type @1 :UInt32;
  number @2 :Int64;
  secret @3 :Bool;                  # values of it are to be replaced before the file is given away
}

struct Birth {
  parent @0 :UInt32;
  type @1 :UInt32;
  key @2 :UInt64;
  bornAt @3 :UInt64;
  path @4 :Text;
}

struct Events {                     # EVNT: packed columns, or empty when every code is 0
  kind @0 :Data;
  flags @1 :Data;
  time @2 :Data;
  round @3 :Data;
  cause @4 :Data;
  cell @5 :Data;
  peer @6 :Data;
  type @7 :Data;
  arg @8 :Data;
  extra @9 :Data;
  payloadLength @10 :Data;
  changeLength @11 :Data;
  payload @12 :Data;                # the inline payloads, one after the other
  change @13 :Data;
  large @14 :List(LargeBlob);
  digests @15 :List(UInt64);        # two words per mark: events, changes
}

struct Inputs {                     # INPT: of a stretch of events only what came from outside
  totals @0 :Totals;                # of the file up to the last event of the stretch
  firstTime @1 :Int64;              # of its first event
  skips @2 :Data;                   # LEB128, one per row: how many events are left out before it
  events @3 :Data;                  # a body as in EVNT of those rows, or empty when there is none
}

struct LargeBlob {                  # bytes that stand in PAYL chunks before this chunk
  row @0 :UInt32;
  column @1 :UInt8;
  offset @2 :UInt64;                # of the first of the consecutive PAYL chunks
  length @3 :UInt64;
}

struct SnapshotPart {               # SNAP, SINC: every list holds the next rows of one table
  part @0 :UInt32;
  parts @1 :UInt32;
  position @2 :UInt64;
  time @3 :Int64;
  round @4 :UInt64;
  births @5 :UInt32;
  roundsAtThisTime @6 :UInt64;
  decisions @7 :UInt64;
  failures @8 :UInt64;
  eventDigest @9 :UInt64;
  changeDigest @10 :UInt64;
  stateDigest @11 :UInt64;
  cells @12 :List(Cell);
  messages @13 :List(Message);
  watchers @14 :List(Watcher);
  asks @15 :List(PendingAsk);
  childNames @16 :List(ChildName);
  timers @17 :List(Timer);
  large @18 :List(LargeBlob);       # column 0: cells.state, 1: messages.payload, 2: timers' payload, 3: cares.firstState
  decisionState @19 :List(UInt64);  # what the policy remembers, in part 0
  leaks @20 :UInt64;
  rootLedger @21 :UInt32;           # the region of the whole run, 0 = none
  cares @22 :List(Care);            # of the cells that have one
  metrics @23 :List(UInt64);        # figures so far, pairs of name and value, in part 0
  firstLeak @24 :Text;              # of leaks, in part 0
  since @25 :UInt64;                # SINC: position of the snapshot it builds on; SNAP: 0
  gone @26 :List(UInt32);           # SINC: ranks of the cells that ended since then
}

struct Care {                       # regions, supervision, links, cancellation of one cell
  cell @0 :UInt32;
  restart @1 :UInt8;
  cancelled @2 :UInt8;
  cancelTold @3 :Bool;
  maskedTurns @4 :UInt32;
  incarnation @5 :UInt32;
  restartsInARow @6 :UInt32;
  shutdownNs @7 :Int64;
  livesSince @8 :Int64;
  cancelUntil @9 :Int64;
  childOrdinal @10 :UInt64;
  regionsOpened @11 :UInt64;
  obligationsMade @12 :UInt64;
  firstState @13 :Data;             # 1 and the encoded state; empty = is never restarted
  links @14 :List(UInt32);
  parkedHere @15 :List(UInt32);
  owed @16 :List(UInt64);           # asker, ask
  permitQueue @17 :List(UInt64);    # maker, ordinal
  effectsMade @18 :UInt64;
  effects @19 :List(PendingEffect);
  kernelTimers @20 :UInt64;
  memoryBytesMax @21 :UInt64;       # of its state, its own limit; 0 = none
  failedIn @22 :UInt64;             # round of its last failure, 0 = has had a turn since
}

struct PendingEffect {
  name @0 :Text;
  scope @1 :Text;
  payload @2 :Data;
  ordinal @3 :UInt64;
  timeoutNs @4 :Int64;
  askedAt @5 :UInt64;
  answerHash @6 :UInt64;            # structural hash of the type of its answer
}

struct Cell {
  rank @0 :UInt32;
  behaviour @1 :UInt32;
  turns @2 :UInt64;
  sends @3 :UInt64;
  timers @4 :UInt64;
  children @5 :UInt64;
  draws @6 :UInt64;
  mailboxCapacity @7 :UInt32;
  onFull @8 :UInt8;
  state @9 :Data;
  behaviourName @10 :Text;          # empty for behaviour 0
  lastTurn @11 :UInt64;             # position of its last kDeliver, 0 = none
}

struct Message {
  cell @0 :UInt32;                  # whose lane it waits in; 0 for a timer's message
  lane @1 :UInt8;                   # 0 control, 1 mailbox, 2 stash
  kind @2 :UInt8;
  enqueuedAt @3 :UInt64;
  sender @4 :UInt32;
  type @5 :UInt32;
  askId @6 :UInt64;
  asker @7 :UInt32;
  payload @8 :Data;
  answers @9 :UInt64;
}

struct Watcher {
  cell @0 :UInt32;
  watcher @1 :UInt32;
}

struct PendingAsk {
  cell @0 :UInt32;
  id @1 :UInt64;
  askedAt @2 :UInt64;
  target @3 :UInt32;
  forever @4 :Bool;
}

struct ChildName {
  cell @0 :UInt32;
  uses @1 :UInt32;
  name @2 :Text;
}

struct Timer {
  owner @0 :UInt32;
  ordinal @1 :UInt64;
  deadline @2 :Int64;
  periodNs @3 :Int64;
  setAt @4 :UInt64;
  askId @5 :UInt64;
  message @6 :Message;
  use @7 :UInt8;                    # TimerUse
  maker @8 :UInt32;
}

struct Index {                      # INDX: what was appended since the INDX before
  previous @0 :UInt64;              # offset of the INDX before; 0 = none
  chunks @1 :List(ChunkEntry);
  snapshots @2 :List(SnapshotEntry);
  tables @3 :List(UInt64);          # offsets of TABL chunks, ascending
  gaps @4 :List(Gap);
  fullTables @5 :UInt64;            # offset of the last full copy's first chunk; 0 = none
  totals @6 :Totals;                # of the file up to here
  notes @7 :List(Note);
  inputs @8 :List(ChunkEntry);      # INPT chunks; count: all events of the stretch
  names @9 :Data;                   # of each of `chunks` the kinds and cells its rows name; or empty
}

struct ChunkEntry {
  offset @0 :UInt64;
  storedBytes @1 :UInt32;           # header and padding included
  count @2 :UInt32;
  first @3 :UInt64;
  firstTime @4 :Int64;
  lastTime @5 :Int64;
  eventDigest @6 :UInt64;
  changeDigest @7 :UInt64;
}

struct SnapshotEntry {
  offset @0 :UInt64;
  parts @1 :UInt32;
  position @2 :UInt64;
  stateDigest @3 :UInt64;
  since @4 :UInt64;                 # position of the snapshot it builds on; 0 = it is whole
}

struct KindCount {
  kind @0 :UInt8;
  count @1 :UInt64;
}

struct Totals {
  lastPosition @0 :UInt64;
  lastRound @1 :UInt64;
  lastTime @2 :Int64;
  eventDigest @3 :UInt64;
  changeDigest @4 :UInt64;
  kindCounts @5 :List(KindCount);
}

struct Stats {                      # STAT
  totals @0 :Totals;
  stateDigest @1 :UInt64;
  outcome @2 :UInt8;
  outcomeText @3 :Text;
  failures @4 :UInt64;
  digestOnlyFields @5 :List(Text);
}

struct Gaps {                       # GAPS
  gaps @0 :List(Gap);
}

struct Gap {
  first @0 :UInt64;
  last @1 :UInt64;                  # inclusive; 0 = not known
  cause @2 :UInt8;
  note @3 :Text;
}

struct Notes {                      # NOTE
  notes @0 :List(Note);
}

struct Note {                       # what the host of the run wrote down by its own clock
  kind @0 :UInt8;                   # 1 a turn is stuck, 2 it still is, 3 it came back
  readableTo @1 :UInt64;            # the last row before it in the file, 0 = none
  round @2 :UInt64;
  thread @3 :UInt32;
  cell @4 :UInt32;
  path @5 :Text;
  state @6 :Text;                   # types of the cell and of the message it took
  message @7 :Text;
  enqueuedAt @8 :UInt64;            # row that put that message into its mailbox
  ranForNs @9 :UInt64;              # of the wall's clock
}
