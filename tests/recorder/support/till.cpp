#include "tests/recorder/support/till.h"

#include "engine/ariadne.h"
#include "tests/support/must.h"

#include <fstream>

namespace {
std::int64_t leakedCounter = 0;  // what a deterministic program must not have
}

namespace till {
using namespace ariadne;

struct Args {
    std::uint32_t customers = 40;
    std::uint32_t tills = 3;
    bool leak = false;
    std::uint32_t noteBytes = 0;
};
BOOST_DESCRIBE_STRUCT(Args, (), (customers, tills, leak, noteBytes))

struct Item {
    std::string name;
    std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(Item, (), (name, cents))
struct Buy {
    std::uint32_t customer = 0;
    std::vector<Item> items;
};
BOOST_DESCRIBE_STRUCT(Buy, (), (customer, items))
struct Receipt {
    std::uint32_t customer = 0;
    std::int64_t total = 0;
};
BOOST_DESCRIBE_STRUCT(Receipt, (), (customer, total))
struct Open {};
BOOST_DESCRIBE_STRUCT(Open, (), ())
struct Arrive {
    std::uint32_t customer = 0;
};
BOOST_DESCRIBE_STRUCT(Arrive, (), (customer))

struct OpenTill;
struct Till {
    using Behaviours = ariadne::Behaviours<OpenTill>;
    std::int64_t sum = 0;
    OrderedMap<std::uint32_t, std::int64_t> receipts;
    Text roll;
    Vector<std::int64_t> amounts;
    std::string padding;
    void on(Context& cx, const Start&) { cx.after(3ms, Open{}); }
    void on(Context& cx, const Open&) {
        cx.become<Till, OpenTill>();
        cx.unstashAll();
    }
    void on(Context& cx, const Buy&) { cx.stash(); }
};
BOOST_DESCRIBE_STRUCT(Till, (), (sum, receipts, roll, amounts, padding))
ARIADNE_ACTOR(Till, Start, Open, Buy)

struct OpenTill {
    static void on(Till& self, Context& cx, const Buy& buy) {
        std::int64_t total = 0;
        for (const Item& item : buy.items) total += item.cents;
        if (total == 0)
            throw std::runtime_error("empty basket of customer " + std::to_string(buy.customer));
        if (leakedCounter != 0) total += leakedCounter;
        self.sum += total;
        self.receipts.insert_or_assign(buy.customer, total);
        self.amounts.push_back(total);
        if (self.amounts.size() > 5) self.amounts.set(1, total);
        self.roll += "sold " + std::to_string(total) + "\n";
        cx.note("sold", total);
        cx.reply(Receipt{buy.customer, total});
    }
};

struct Shop {
    Args args;
    std::vector<Ref<Till>> tills;
    std::uint32_t served = 0;
    std::uint32_t lost = 0;
    void on(Context& cx, const Args& given) {
        args = given;
        for (std::uint32_t i = 0; i < args.tills; ++i) {
            Till till;
            till.padding.assign(args.noteBytes, 'x');
            tills.push_back(cx.spawn<Till>("till", till, bounded(8, OnFull::kDropOldest)));
            cx.monitor(tills.back());
        }
        for (std::uint32_t c = 0; c < args.customers; ++c)
            cx.after(Duration{cx.random().between(0, 20'000'000)}, Arrive{c});
    }
    void on(Context& cx, const Arrive& a) {
        Buy buy;
        buy.customer = a.customer;
        // Customer 13 buys nothing, which breaks a till.
        for (std::uint64_t i = cx.random().below(4) + 1; i > 0 && a.customer != 13; --i)
            buy.items.push_back({"thing", static_cast<std::int64_t>(cx.random().below(900)) + 100});
        cx.ask(tills[cx.random().below(tills.size())], buy, within(50ms));
    }
    void on(Context& cx, const Receipt&) {
        ++served;
        check(cx);
    }
    void on(Context& cx, const AskTimedOut&) {
        ++lost;
        check(cx);
    }
    void on(Context& cx, const Down& down) {
        cx.log(LogLevel::kWarning, "a till broke: " + down.text);
    }
    void check(Context& cx) {
        if (served + lost == args.customers) cx.stop("served " + std::to_string(served));
    }
};
BOOST_DESCRIBE_STRUCT(Shop, (), (args, tills, served, lost))
ARIADNE_ACTOR(Shop, Args, Arrive, Receipt, AskTimedOut, Down)
ARIADNE_PROGRAM("till", "1.0", Shop, Args)

}  // namespace till

namespace ariadne::test {

void setLeakedCounter(std::int64_t value) {
    leakedCounter = value;
}

std::filesystem::path recordTill(const QTemporaryDir& folder, const std::string& name,
                                 std::uint64_t seed, ArgumentTexts args, kernel::Policy policy) {
    return recordProgram(folder, name, "till", seed, std::move(args), policy);
}

std::filesystem::path recordProgram(const QTemporaryDir& folder, const std::string& name,
                                    const std::string& program, std::uint64_t seed,
                                    ArgumentTexts args, kernel::Policy policy) {
    const std::filesystem::path file = std::filesystem::path{folder.path().toStdString()} / name;
    auto run = must(recorder::ProgramRun::start({program, std::move(args), seed, policy, file}));
    while (run->step()) {
    }
    must(run->finish(""));
    return file;
}

OpenedTrace openTrace(const std::filesystem::path& file) {
    OpenedTrace out;
    out.reader = must(tracefmt::TraceReader::open(file));
    out.history = std::make_unique<recorder::History>(*out.reader);
    return out;
}

Bytes fileBytes(const std::filesystem::path& file) {
    std::ifstream in{file, std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    const ByteView view = asBytes(text);
    return {view.begin(), view.end()};
}

void writeFile(const std::filesystem::path& file, ByteView bytes) {
    std::ofstream out{file, std::ios::binary};
    const std::string_view text = asText(bytes);
    out.write(text.data(), static_cast<std::streamsize>(text.size()));
}

}  // namespace ariadne::test
