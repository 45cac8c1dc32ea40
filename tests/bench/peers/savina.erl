%% The workloads on Erlang/OTP; arguments and meaning are those of tests/bench/workloads.
%% erl +S 1:1 -noshell -pa DIR -run savina main WORKLOAD name=value... -s init stop
-module(savina).
-export([main/1]).

main([Name | Words]) ->
    Args = maps:from_list([pair(Word) || Word <- Words]),
    try
        [once(Name, Args) || _ <- lists:seq(1, maps:get("repeat", Args, 1))]
    catch
        Kind:Why:Stack ->
            io:format(standard_error, "~s: ~p ~p~n~p~n", [Name, Kind, Why, Stack]),
            halt(1)
    end.

pair(Word) ->
    [Name, Number] = string:split(Word, "="),
    {Name, list_to_integer(Number)}.

once(Name, Args) ->
    garbage_collect(),
    erase(ended),
    put(notes, []),
    begin_clock(),
    Messages = workload(Name, Args),
    end_clock(),
    {Cpu, Wall} = get(ended),
    io:format("workload=~s messages=~b cpu_ns=~.2f wall_ns=~.2f", [Name, Messages, Cpu / Messages, Wall / Messages]),
    [io:format(" ~s=~.2f", [Note, Value]) || {Note, Value} <- lists:reverse(get(notes))],
    io:format("~n").

%% The measured part is all of a workload, unless it narrows it. CPU time is that of all threads.
begin_clock() ->
    put(wall, erlang:monotonic_time(nanosecond)),
    put(cpu, cpu_ns()).
end_clock() ->
    case get(ended) of
        undefined ->
            Cpu = cpu_ns() - get(cpu),
            put(ended, {Cpu * 1.0, (erlang:monotonic_time(nanosecond) - get(wall)) * 1.0});
        _ -> ok
    end.
cpu_ns() -> {Ms, _} = statistics(runtime), Ms * 1000000.
note(Name, Value) -> put(notes, [{Name, Value * 1.0} | get(notes)]).

expect(Counted, Counted) -> ok;
expect(Counted, Expected) -> error({the_actors_counted, Counted, expected, Expected}).

await_done() -> receive {done, Number} -> Number end.
await_done(Count) -> lists:sum([await_done() || _ <- lists:seq(1, Count)]).
%% Asks each, one after the other, and sums up.
reports(Pids) -> lists:sum([begin P ! {report, self()}, receive {reported, N} -> N end end || P <- Pids]).
end_all(Pids) -> lists:foreach(fun(P) -> exit(P, kill) end, Pids).
random(State) -> (State * 1103515245 + 12345) band 16#7fffffff.
pick(State, Tuple) -> element((State bsr 8) rem tuple_size(Tuple) + 1, Tuple).

workload("ping_pong", #{"trips" := Trips}) ->
    Host = self(),
    Ponger = spawn(fun() -> ponger(0) end),
    spawn(fun() -> Ponger ! {ping, self(), Trips - 1}, pinger(Ponger, 0, Host) end),
    Hits = await_done(),
    expect(Hits + reports([Ponger]), 2 * Trips),
    end_all([Ponger]),
    2 * Trips;
workload("ring", #{"actors" := Actors, "hops" := Hops}) ->
    Host = self(),
    Players = [spawn(fun() -> receive {next, Next} -> player(Next, 0, Host) end end) || _ <- lists:seq(1, Actors)],
    [First | Rest] = Players,
    [P ! {next, Next} || {P, Next} <- lists:zip(Players, Rest ++ [First])],
    0 = reports(Players),
    begin_clock(),
    First ! {ball, Hops - 1},
    await_done(),
    expect(reports(Players), Hops),
    end_all(Players),
    Hops;
workload("counting", #{"messages" := Messages}) ->
    Host = self(),
    Counter = spawn(fun() -> counter(0) end),
    spawn(fun() -> produce(Counter, 0, Messages), Counter ! {report, self()}, receive {reported, Sum} -> Host ! {done, Sum} end end),
    expect(await_done(), Messages * (Messages - 1) div 2),
    end_all([Counter]),
    Messages;
workload("fork_join_create", #{"actors" := Actors}) ->
    Host = self(),
    spawn(fun() -> create(self(), 0, Actors), Host ! {done, await_done_tail(Actors, 0)} end),
    expect(await_done(), Actors * (Actors - 1) div 2),
    Actors;
workload("fork_join_throughput", #{"actors" := Actors, "messages" := Messages}) ->
    Host = self(),
    Workers = [spawn(fun() -> worker(Messages, 0, Host) end) || _ <- lists:seq(1, Actors)],
    spawn(fun() -> fork(Workers, 0, Messages) end),
    expect(await_done(Actors), Actors * (Messages * (Messages - 1) div 2)),
    Actors * Messages;
workload("big", #{"actors" := Actors, "pings" := Pings}) ->
    Host = self(),
    Peers = [spawn(fun() -> receive {all, All} -> peer_next(All, Pings, I * 7919 + 1, 0, Host) end end) || I <- lists:seq(1, Actors)],
    All = list_to_tuple(Peers),
    [P ! {all, All} || P <- Peers],
    await_done(Actors),
    expect(reports(Peers), Actors * Pings),
    end_all(Peers),
    2 * Actors * Pings;
workload("chameneos", #{"creatures" := Creatures, "meetings" := Meetings}) ->
    Host = self(),
    Mall = spawn(fun() -> mall(Meetings, none, 0) end),
    [spawn(fun() -> Mall ! {meet, self(), I rem 3}, creature(Mall, I rem 3, 0, Host) end) || I <- lists:seq(1, Creatures)],
    expect(await_done(Creatures), 2 * Meetings),
    end_all([Mall]),
    4 * Meetings;
workload("bank", #{"accounts" := Accounts, "tellers" := Tellers, "window" := Window, "transfers" := Transfers}) ->
    Host = self(),
    As = [spawn(fun() -> account(1000000) end) || _ <- lists:seq(1, Accounts)],
    All = list_to_tuple(As),
    Ts = [spawn(fun() -> teller_window(Window, All, I * 7919 + 1, Transfers, Host) end) || I <- lists:seq(1, Tellers)],
    await_done(Tellers),
    expect(reports(As), Accounts * 1000000),
    end_all(As ++ Ts),
    4 * Tellers * Transfers;
workload("shop", #{"clients" := Clients, "stocks" := Stocks, "payments" := Payments, "orders" := Orders}) ->
    Host = self(),
    Ss = [spawn(fun() -> stock(100 + I, 0) end) || I <- lists:seq(0, Stocks - 1)],
    Ps = [spawn(fun() -> payment(0, 0) end) || _ <- lists:seq(1, Payments)],
    {St, Pt} = {list_to_tuple(Ss), list_to_tuple(Ps)},
    Gs = [spawn(fun() -> gateway(St, Pt, I * 7919 + 1, 0) end) || I <- lists:seq(1, 16)],
    Gt = list_to_tuple(Gs),
    Cs = [begin
              Desks = [spawn(fun() -> desk(none, none, 0) end) || _ <- lists:seq(1, 5)],
              Dt = list_to_tuple(Desks),
              [spawn(fun() -> order(Gt, Dt, I * 104729 + 1, Orders, 0, Host) end) | Desks]
          end || I <- lists:seq(1, Clients)],
    Paid = await_done(Clients),
    expect(reports(Ps), Paid),
    end_all(Ss ++ Ps ++ Gs ++ lists:append(Cs)),
    7 * Clients * Orders;
workload("random_target", #{"actors" := Actors, "tokens" := Tokens, "hops" := Hops}) ->
    Host = self(),
    Nodes = [spawn(fun() -> receive {meet, Near} -> node_loop(Near, I * 7919 + 1, Host) end end) || I <- lists:seq(1, Actors)],
    All = list_to_tuple(Nodes),
    Seed = link_nodes(Nodes, All, 12345),
    %% Whoever answers has met its neighbours.
    [begin P ! {report, self()}, receive {reported, 0} -> ok end end || P <- Nodes],
    garbage_collect(),
    begin_clock(),
    throw_tokens(Tokens, Hops - 1, All, Seed),
    Numbers = await_done(Tokens),
    end_clock(),
    expect(Numbers, Tokens * (Tokens - 1) div 2),
    end_all(Nodes),
    Tokens * Hops;
workload("idle", #{"actors" := Actors}) ->
    Before = resident_bytes(),
    begin_clock(),
    Pids = spawn_idle(Actors, []),
    end_clock(),
    0 = reports([hd(Pids)]),
    note("bytes_per_actor", (resident_bytes() - Before) / Actors),
    end_all(Pids),
    Actors;
workload("ask_chain", #{"hops" := Hops, "chains" := Chains}) ->
    Host = self(),
    Relays = relays(Hops, none, []),
    spawn(fun() -> Host ! {samples, ask(hd(Relays), Hops, Chains, [])} end),
    Samples = receive {samples, List} -> lists:sort(List) end,
    note("p50_ns", lists:nth(Chains div 2 + 1, Samples)),
    note("p99_ns", lists:nth(Chains * 99 div 100 + 1, Samples)),
    end_all(Relays),
    Chains.

ponger(Hits) ->
    receive
        {ping, From, Left} -> From ! {pong, Left}, ponger(Hits + 1);
        {report, From} -> From ! {reported, Hits}, ponger(Hits)
    end.
pinger(Ponger, Hits, Host) ->
    receive
        {pong, 0} -> Host ! {done, Hits + 1};
        {pong, Left} -> Ponger ! {ping, self(), Left - 1}, pinger(Ponger, Hits + 1, Host)
    end.

player(Next, Seen, Host) ->
    receive
        {ball, 0} -> Host ! {done, 0}, player(Next, Seen + 1, Host);
        {ball, Left} -> Next ! {ball, Left - 1}, player(Next, Seen + 1, Host);
        {report, From} -> From ! {reported, Seen}, player(Next, Seen, Host)
    end.

counter(Sum) ->
    receive
        {add, Amount} -> counter(Sum + Amount);
        {report, From} -> From ! {reported, Sum}, counter(Sum)
    end.
produce(_, Messages, Messages) -> ok;
produce(Counter, I, Messages) -> Counter ! {add, I}, produce(Counter, I + 1, Messages).

create(_, Actors, Actors) -> ok;
create(Parent, I, Actors) ->
    spawn(fun() -> receive {work, Number} -> Parent ! {done, Number} end end) ! {work, I},
    create(Parent, I + 1, Actors).
await_done_tail(0, Sum) -> Sum;
await_done_tail(Left, Sum) -> receive {done, Number} -> await_done_tail(Left - 1, Sum + Number) end.

worker(0, Sum, Host) -> Host ! {done, Sum};
worker(Left, Sum, Host) -> receive {add, Amount} -> worker(Left - 1, Sum + Amount, Host) end.
fork(_, Messages, Messages) -> ok;
fork(Workers, I, Messages) -> send_each(Workers, I), fork(Workers, I + 1, Messages).
send_each([], _) -> ok;
send_each([Worker | Rest], I) -> Worker ! {add, I}, send_each(Rest, I).

peer_next(All, 0, Random, Answered, Host) -> Host ! {done, 1}, peer(All, 0, Random, Answered, Host);
peer_next(All, Left, Random, Answered, Host) ->
    Next = random(Random),
    pick(Next, All) ! {ping, self(), Left - 1},
    peer(All, Left - 1, Next, Answered, Host).
peer(All, Left, Random, Answered, Host) ->
    receive
        {ping, From, Number} -> From ! {pong, Number}, peer(All, Left, Random, Answered + 1, Host);
        {pong, _} -> peer_next(All, Left, Random, Answered, Host);
        {report, From} -> From ! {reported, Answered}, peer(All, Left, Random, Answered, Host)
    end.

mall(Left, Waiting, Colour) ->
    receive
        {meet, Here, _} when Left =:= 0 -> Here ! closed, mall(Left, Waiting, Colour);
        {meet, Here, Mine} when Waiting =:= none -> mall(Left, Here, Mine);
        {meet, Here, Mine} -> Here ! {met, Colour}, Waiting ! {met, Mine}, mall(Left - 1, none, 0)
    end.
creature(Mall, Colour, Met, Host) ->
    receive
        {met, Other} ->
            Next = if Other =:= Colour -> Colour; true -> 3 - Colour - Other end,
            Mall ! {meet, self(), Next},
            creature(Mall, Next, Met + 1, Host);
        closed -> Host ! {done, Met}
    end.

account(Cents) ->
    receive
        {transfer, Amount, To, Teller} -> To ! {deposit, Amount, self(), Teller}, account(Cents - Amount);
        {deposit, Amount, From, Teller} -> From ! {deposited, Teller}, account(Cents + Amount);
        {deposited, Teller} -> Teller ! transferred, account(Cents);
        {report, From} -> From ! {reported, Cents}, account(Cents)
    end.
teller_window(Window, All, Random, Transfers, Host) ->
    Now = min(Window, Transfers),
    teller(All, transfers(Now, All, Random), Transfers - Now, Transfers, Host).
transfers(0, _, Random) -> Random;
transfers(Count, All, Random) ->
    From = random(Random),
    To = random(From),
    pick(From, All) ! {transfer, From rem 100, pick(To, All), self()},
    transfers(Count - 1, All, To).
teller(_, _, _, 0, Host) -> Host ! {done, 1};
teller(All, Random, 0, ToEnd, Host) -> receive transferred -> teller(All, Random, 0, ToEnd - 1, Host) end;
teller(All, Random, ToBegin, ToEnd, Host) ->
    receive transferred -> teller(All, transfers(1, All, Random), ToBegin - 1, ToEnd - 1, Host) end.

stock(Unit, Sold) -> receive {reserve, Desk, Quantity} -> Desk ! {reserved, Quantity * Unit}, stock(Unit, Sold + Quantity) end.
payment(Receipts, Cents) ->
    receive
        {charge, Desk, Amount} -> Desk ! {receipt, Amount}, payment(Receipts + 1, Cents + Amount);
        {report, From} -> From ! {reported, Cents}, payment(Receipts, Cents)
    end.
desk(Client, Payment, Orders) ->
    receive
        {place, NewClient, Stock, NewPayment, Quantity} -> Stock ! {reserve, self(), Quantity}, desk(NewClient, NewPayment, Orders);
        {reserved, Cents} -> Payment ! {charge, self(), Cents}, desk(Client, Payment, Orders);
        {receipt, Cents} -> Client ! {delivered, Cents}, desk(Client, Payment, Orders + 1)
    end.
gateway(Stocks, Payments, Random, Orders) ->
    receive
        {order, Client, Desk} ->
            [A, B, C, D] = draws(4, Random),
            Desk ! {place, Client, popular(A, B, Stocks), popular(C, D, Payments), 1 + A rem 9},
            gateway(Stocks, Payments, D, Orders + 1)
    end.
draws(0, _) -> [];
draws(Count, Random) -> Next = random(Random), [Next | draws(Count - 1, Next)].
popular(A, B, Tuple) -> element(min((A bsr 8) rem tuple_size(Tuple), (B bsr 8) rem tuple_size(Tuple)) + 1, Tuple).
order(_, _, _, 0, Cents, Host) -> Host ! {done, Cents};
order(Gateways, Desks, Random, Left, Cents, Host) ->
    First = random(Random),
    Second = random(First),
    pick(First, Gateways) ! {order, self(), pick(Second, Desks)},
    receive {delivered, Amount} -> order(Gateways, Desks, Second, Left - 1, Cents + Amount, Host) end.

link_nodes([], _, Random) -> Random;
link_nodes([Node | Rest], All, Random) ->
    [A, B, C, D] = draws(4, Random),
    Node ! {meet, {pick(A, All), pick(B, All), pick(C, All), pick(D, All)}},
    link_nodes(Rest, All, D).
throw_tokens(0, _, _, _) -> ok;
throw_tokens(Left, Hops, All, Random) ->
    Next = random(Random),
    pick(Next, All) ! {token, Left - 1, Hops},
    throw_tokens(Left - 1, Hops, All, Next).
node_loop(Near, Random, Host) ->
    receive
        {token, Number, 0} -> Host ! {done, Number}, node_loop(Near, Random, Host);
        {token, Number, Left} -> Next = random(Random), pick(Next, Near) ! {token, Number, Left - 1}, node_loop(Near, Next, Host);
        {report, From} -> From ! {reported, 0}, node_loop(Near, Random, Host)
    end.

spawn_idle(0, Pids) -> Pids;
spawn_idle(Left, Pids) -> spawn_idle(Left - 1, [spawn(fun() -> counter(0) end) | Pids]).
resident_bytes() ->
    {ok, Text} = file:read_file("/proc/self/statm"),
    [_, Pages | _] = string:split(binary_to_list(Text), " ", all),
    list_to_integer(Pages) * 4096.

relays(0, _, Pids) -> Pids;
relays(Left, Next, Pids) -> Pid = spawn(fun() -> relay(Next) end), relays(Left - 1, Pid, [Pid | Pids]).
relay(Next) ->
    receive
        {ask, From, Ref, Hops} when Next =:= none -> From ! {answer, Ref, Hops}, relay(Next);
        {ask, From, Ref, Hops} -> From ! {answer, Ref, call(Next, Hops + 1)}, relay(Next)
    end.
%% As gen_server:call does it: a monitor, and a timeout.
call(Pid, Hops) ->
    Ref = monitor(process, Pid),
    Pid ! {ask, self(), Ref, Hops},
    receive
        {answer, Ref, Answer} -> demonitor(Ref, [flush]), Answer;
        {'DOWN', Ref, process, _, Why} -> error(Why)
    after 1000 -> error(timeout)
    end.
ask(_, _, 0, Samples) -> Samples;
ask(First, Hops, Left, Samples) ->
    Begin = erlang:monotonic_time(nanosecond),
    Hops = call(First, 1),
    ask(First, Hops, Left - 1, [erlang:monotonic_time(nanosecond) - Begin | Samples]).
