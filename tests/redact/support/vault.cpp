#include "tests/redact/support/vault.h"

namespace vault {

namespace {

template <class Number>
Number numberOf(const Draw& draw) {
    return static_cast<Number>(draw(4) == 0 ? draw(3) : draw(~0ull));
}

/// What stands in the open is never what is a secret elsewhere.
std::string wordOf(const Draw& draw, bool secret) {
    static const char* const kWords[] = {"key", "gold bar", "Gr\u00FC\u00DFe", "silver spoon"};
    if (draw(5) == 0) return {};
    return (secret ? "my " : "a ") + std::string{kWords[draw(std::size(kWords))]};
}

std::string nameOf(const Draw& draw, bool secret) {
    return secret ? passwordOf(draw) : "name " + std::to_string(draw(1000));
}

}  // namespace

std::string passwordOf(const Draw& draw) {
    std::string out = "pw-";
    // Few of them, so that they meet again.
    const std::uint64_t number = draw(40);
    for (std::uint64_t i = 0; i < 6 + number % 9; ++i)
        out += static_cast<char>('A' + (number * 7 + i * 11) % 26);
    return out;
}

Login loginOf(const Draw& draw) {
    // Too short to be looked for: the same names stand in the open and inside of secrets.
    return {"u" + std::to_string(draw(20)), passwordOf(draw), numberOf<std::int32_t>(draw)};
}

Everything everythingOf(const Draw& draw, bool secret) {
    Everything out;
    out.flag = draw(2) == 0;
    out.small = numberOf<std::int8_t>(draw);
    out.port = numberOf<std::uint16_t>(draw);
    out.large = numberOf<std::int64_t>(draw);
    out.mask = numberOf<std::uint64_t>(draw);
    out.weight = static_cast<float>(draw(100)) / 7;
    out.height = draw(5) == 0 ? -0.0 : static_cast<double>(draw(1000)) / -9;
    out.text = wordOf(draw, secret);
    for (std::uint64_t n = draw(20); n > 0; --n)
        out.bytes.push_back(static_cast<std::byte>(draw(256)));
    for (std::uint64_t n = draw(4); n > 0; --n) out.list.push_back(wordOf(draw, secret));
    for (std::int32_t& number : out.three) number = numberOf<std::int32_t>(draw);
    for (std::uint64_t n = draw(6); n > 0; --n) {
        out.map[nameOf(draw, secret)] = numberOf<std::int32_t>(draw);
        out.byHeight[static_cast<double>(draw(50)) - 25] = static_cast<std::uint8_t>(draw(256));
        out.set.insert(nameOf(draw, secret));
        out.numbers.insert(numberOf<std::int8_t>(draw));
    }
    if (draw(2) == 0) out.maybe = nameOf(draw, secret);
    if (draw(3) == 0) out.either = nameOf(draw, secret);
    if (draw(3) == 0) out.either = loginOf(draw);
    out.clearance = std::array{Clearance::kNone, Clearance::kLow, Clearance::kHigh,
                               static_cast<Clearance>(3)}[draw(4)];
    out.who.key.value = draw(3) == 0 ? 0 : draw(~0ull);
    out.wait = Duration{numberOf<std::int64_t>(draw)};
    for (std::uint64_t n = draw(3); n > 0; --n) out.logins.push_back(loginOf(draw));
    return out;
}

void change(Shelf& shelf, const Draw& draw) {
    ++shelf.turns;
    const auto write = [&](Text& text) {
        if (draw(9) == 0) text = Text{};
        text += passwordOf(draw) + "\n";
    };
    if (draw(3) == 0) write(shelf.diary);
    if (draw(3) == 0) write(shelf.memo.words);
    if (draw(4) == 0) shelf.roll += "turn " + std::to_string(shelf.turns) + "\n";
    if (draw(4) == 0) shelf.memo.pages = numberOf<std::int32_t>(draw);
    if (draw(3) == 0) shelf.passwords.insert_or_assign(passwordOf(draw), passwordOf(draw));
    if (draw(6) == 0) shelf.passwords.erase(passwordOf(draw));
    for (std::uint64_t n = draw(3); n > 0; --n)
        shelf.drawers.insert_or_assign({static_cast<std::int32_t>(draw(3)), passwordOf(draw)},
                                       loginOf(draw));
    if (draw(4) == 0) shelf.drawers.erase({static_cast<std::int32_t>(draw(3)), passwordOf(draw)});
    if (draw(3) == 0) shelf.attempts.push_back(loginOf(draw));
    if (shelf.attempts.size() > 5 && draw(2) == 0) shelf.attempts.set(draw(5), loginOf(draw));
    if (draw(3) == 0) shelf.words.push_back(passwordOf(draw));
    if (!shelf.words.empty() && draw(4) == 0) shelf.words.pop_back();
    if (draw(12) == 0) shelf.padding.assign(draw(2) == 0 ? 20 : 5000, 'x');
    if (draw(3) == 0) shelf.last = {everythingOf(draw, false), everythingOf(draw, true)};
}

}  // namespace vault
