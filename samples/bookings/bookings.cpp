// Two suppliers race for each booking, and the loser gives its seat back. README.md tells the
// story.
#include "engine/ariadne.h"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace samples::bookings {
using namespace ariadne;

struct BookingsArgs {
    std::uint32_t bookings = 20;
    std::uint32_t seats = 8;  ///< of each supplier
    Duration gap = 10ms;      ///< between two bookings
    Duration answer = 20ms;   ///< a supplier's longest time to look for a seat
    Duration release = 5ms;   ///< its longest time to take one back
    Duration cleanup = 50ms;  ///< what the loser of a race gets to give its seat back
    bool forget = false;      ///< a loser whose seat comes after it lost keeps its permit
};
BOOST_DESCRIBE_STRUCT(BookingsArgs, (), (bookings, seats, gap, answer, release, cleanup, forget))

// Inquiry and supplier
struct HoldSeat {
    std::uint32_t booking = 0;
};
BOOST_DESCRIBE_STRUCT(HoldSeat, (), (booking))
struct SeatHeld {
    std::uint32_t seat = 0;
    Obligation hold{};  ///< committed when the seat is bought, aborted when it is given back
};
BOOST_DESCRIBE_STRUCT(SeatHeld, (), (seat, hold))
struct SoldOut {};
BOOST_DESCRIBE_STRUCT(SoldOut, (), ())
struct Sell {
    std::uint32_t seat = 0;
};
BOOST_DESCRIBE_STRUCT(Sell, (), (seat))
struct GiveBack {
    std::uint32_t seat = 0;
};
BOOST_DESCRIBE_STRUCT(GiveBack, (), (seat))
struct GivenBack {};
BOOST_DESCRIBE_STRUCT(GivenBack, (), ())

// A supplier's timers
struct Looked {
    ReplyTo inquiry{};
    std::uint32_t booking = 0;
};
BOOST_DESCRIBE_STRUCT(Looked, (), (inquiry, booking))
struct TookBack {
    ReplyTo inquiry{};
    std::uint32_t seat = 0;
};
BOOST_DESCRIBE_STRUCT(TookBack, (), (inquiry, seat))

// Agency and inquiry
struct Offer {
    std::uint32_t seat = 0;
};
BOOST_DESCRIBE_STRUCT(Offer, (), (seat))
struct Buy {};
BOOST_DESCRIBE_STRUCT(Buy, (), ())

// Agency
struct NextBooking {};
BOOST_DESCRIBE_STRUCT(NextBooking, (), ())

// Audit and supplier
struct CountSold {};
BOOST_DESCRIBE_STRUCT(CountSold, (), ())
struct Sold {
    std::uint64_t seats = 0;
};
BOOST_DESCRIBE_STRUCT(Sold, (), (seats))

struct Supplier {
    BookingsArgs args{};
    std::set<std::uint32_t> free{};
    OrderedMap<std::uint32_t, std::uint32_t> held{};  ///< for which booking, by seat
    OrderedMap<std::uint32_t, std::uint32_t> sold{};  ///< likewise

    void on(Context& cx, const Start&);
    void on(Context& cx, const HoldSeat& m);
    void on(Context& cx, const Looked& m);
    void on(Context& cx, const Sell& m);
    void on(Context& cx, const GiveBack& m);
    void on(Context& cx, const TookBack& m);
    void on(Context& cx, const CountSold&) { cx.reply(Sold{sold.size()}); }
    Duration upTo(Context& cx, Duration longest) const {
        return Duration{cx.random().between(0, longest.count())};
    }
};
BOOST_DESCRIBE_STRUCT(Supplier, (), (args, free, held, sold))
ARIADNE_ACTOR(Supplier, Start, HoldSeat, Looked, Sell, GiveBack, TookBack, CountSold)

struct Bookings;

/// One racer: reserves a place for its offer at the agency, asks one supplier for a seat, makes the
/// offer, and buys the seat or gives it back.
struct Inquiry {
    Ref<Supplier> supplier{};
    std::uint32_t booking = 0;
    bool forget = false;
    Obligation offer{};  ///< its permit: committed when there is an offer to make, else aborted
    std::optional<SeatHeld> seat{};

    void on(Context& cx, const Start&);
    void on(Context& cx, const Granted&);
    void on(Context& cx, const SeatHeld& m);
    void on(Context& cx, const SoldOut&);
    void on(Context& cx, const Buy&);
    void on(Context& cx, const CancelRequested&);
    void on(Context& cx, const GivenBack&);
    void giveBack(Context& cx);
};
BOOST_DESCRIBE_STRUCT(Inquiry, (), (supplier, booking, forget, offer, seat))
ARIADNE_ACTOR(Inquiry, Start, Granted, SeatHeld, SoldOut, Buy, CancelRequested, GivenBack)

/// A booking under way.
struct Race {
    std::uint32_t booking = 0;
    std::vector<Ref<Inquiry>> inquiries{};
    CellRef winner{};  ///< nobody yet
};
BOOST_DESCRIBE_STRUCT(Race, (), (booking, inquiries, winner))

/// What audit() is about.
struct Audit {
    std::vector<Ref<Supplier>> suppliers{};
};
BOOST_DESCRIBE_STRUCT(Audit, (), (suppliers))

/// The agency: opens a region for each booking, and confirms when it is closed.
struct Bookings {
    BookingsArgs args{};
    std::vector<Ref<Supplier>> suppliers{};
    OrderedMap<RegionRef, Race> races{};
    std::uint32_t begun = 0;
    std::uint32_t confirmed = 0;
    std::uint32_t refused = 0;  ///< nobody had a seat

    void on(Context& cx, const BookingsArgs& m);
    void on(Context& cx, const NextBooking&);
    void on(Context& cx, const Offer& m);
    void on(Context& cx, const RegionClosed& m);
    void on(Context& cx, const TaskEnded<Sold>& m);
};
BOOST_DESCRIBE_STRUCT(Bookings, (), (args, suppliers, races, begun, confirmed, refused))
ARIADNE_ACTOR(Bookings, BookingsArgs, NextBooking, Offer, RegionClosed, TaskEnded<Sold>)

void Supplier::on(Context&, const Start&) {
    for (std::uint32_t seat = 1; seat <= args.seats; ++seat) free.insert(seat);
}

void Supplier::on(Context& cx, const HoldSeat& m) {
    cx.after(upTo(cx, args.answer), Looked{cx.replyTo(), m.booking});
}

void Supplier::on(Context& cx, const Looked& m) {
    if (free.empty()) return cx.reply(m.inquiry, SoldOut{});
    const std::uint32_t seat = *free.begin();
    free.erase(free.begin());
    held.insert_or_assign(seat, m.booking);
    const Obligation hold =
        cx.oblige(m.inquiry.asker,
                  "seat " + std::to_string(seat) + " for booking " + std::to_string(m.booking));
    cx.reply(m.inquiry, SeatHeld{seat, hold});
}

void Supplier::on(Context&, const Sell& m) {
    sold.insert_or_assign(m.seat, held.at(m.seat));
    held.erase(m.seat);
}

void Supplier::on(Context& cx, const GiveBack& m) {
    cx.after(upTo(cx, args.release), TookBack{cx.replyTo(), m.seat});
}

void Supplier::on(Context& cx, const TookBack& m) {
    held.erase(m.seat);
    free.insert(m.seat);
    cx.reply(m.inquiry, GivenBack{});
}

// A seat is taken only by who can be sure to be heard.
void Inquiry::on(Context& cx, const Start&) {
    offer = cx.reserve(Ref<Bookings>{cx.parent()});
}

void Inquiry::on(Context& cx, const Granted&) {
    if (!cx.cancelled()) {
        cx.ask(supplier, HoldSeat{booking}, kUntilAnswered);
        return;
    }
    cx.abort(offer);
    cx.stop("lost before it asked");
}

// The bug: who has lost already gives back the seat that comes, and must not forget the permit.
void Inquiry::on(Context& cx, const SeatHeld& m) {
    seat = m;
    if (!cx.cancelled()) return cx.commit(Permit<Bookings>{offer}, Offer{m.seat});
    if (!forget) cx.abort(offer);
    giveBack(cx);
}

void Inquiry::on(Context& cx, const SoldOut&) {
    cx.abort(offer);
    cx.stop("sold out");
}

void Inquiry::on(Context& cx, const Buy&) {
    cx.commit(seat->hold);
    cx.send(supplier, Sell{seat->seat});
    cx.stop("bought seat " + std::to_string(seat->seat));
}

void Inquiry::on(Context& cx, const CancelRequested&) {
    // While the permit or the answer, which may have a seat in it, is under way, it is waited for.
    if (seat) giveBack(cx);
}

void Inquiry::giveBack(Context& cx) {
    cx.ask(supplier, GiveBack{seat->seat}, kUntilAnswered);
}

void Inquiry::on(Context& cx, const GivenBack&) {
    cx.abort(seat->hold);
    cx.stop("seat given back");
}

/// How many seats they have sold. Fails when one of them does not say so in time.
Task<Sold> audit(TaskContext cx, Audit about) {
    Sold all;
    for (const Ref<Supplier>& supplier : about.suppliers) {
        const std::optional<Sold> sold = co_await cx.ask<Sold>(supplier, CountSold{}, within(1s));
        if (!sold) co_return Err("a supplier does not say what it sold");
        all.seats += sold->seats;
    }
    co_return all;
}

void Bookings::on(Context& cx, const BookingsArgs& m) {
    if (m.bookings == 0) return cx.stop("nobody books");
    args = m;
    // What suppliers are owed stands in the ledger of their region.
    const RegionRef region = cx.openRegion("suppliers");
    for (const char* name : {"north", "south"})
        suppliers.push_back(cx.spawnIn<Supplier>(region, name, {.args = args}));
    cx.after(args.gap, NextBooking{});
}

void Bookings::on(Context& cx, const NextBooking&) {
    const RegionRef region = cx.openRegion("booking");
    Race race{.booking = ++begun};
    for (const Ref<Supplier>& supplier : suppliers)
        race.inquiries.push_back(cx.spawnIn<Inquiry>(
            region, "inquiry",
            {.supplier = supplier, .booking = race.booking, .forget = args.forget}));
    // Nobody else joins this race: the region closes when both have ended.
    cx.close(region);
    races.insert_or_assign(region, race);
    if (begun < args.bookings) cx.after(args.gap, NextBooking{});
}

void Bookings::on(Context& cx, const Offer&) {
    for (const auto& [region, race] : races) {
        for (const Ref<Inquiry>& inquiry : race.inquiries) {
            if (inquiry != cx.sender()) continue;
            if (race.winner) return;  // the loser, before it knows
            cx.send(inquiry, Buy{});
            for (const Ref<Inquiry>& other : race.inquiries)
                if (other != inquiry) cx.cancel(other, args.cleanup, CancelReason::kRaceLost);
            const CellRef winner = inquiry;
            races.update(region, [&](Race& entry) { entry.winner = winner; });
            return;
        }
    }
}

// Closed means that the winner has bought and the loser is gone: only now is it safe to say so.
void Bookings::on(Context& cx, const RegionClosed& m) {
    const RegionRef region{m.region};
    const Race race = races.at(region);
    races.erase(region);
    ++(race.winner ? confirmed : refused);
    cx.note(race.winner ? "confirmed" : "refused", race.booking);
    if (confirmed + refused < args.bookings) return;
    spawnTask<&audit>(cx, "audit", Audit{suppliers});
}

void Bookings::on(Context& cx, const TaskEnded<Sold>& m) {
    if (!m.result.ok()) cx.fail(m.result.text);
    if (m.result.get().seats != confirmed)
        cx.fail(std::to_string(m.result.get().seats) + " seats sold, expected " +
                std::to_string(confirmed) + ", one for each confirmed booking");
    cx.stop(std::to_string(confirmed) + " bookings confirmed, " + std::to_string(refused) +
            " refused");
}

ARIADNE_PROGRAM("bookings", "1.0", Bookings, BookingsArgs)

}  // namespace samples::bookings
