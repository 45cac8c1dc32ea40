// A vault with secrets of every kind, in every place where a trace keeps values.
#pragma once

#include "engine/ariadne.h"
#include "tracefmt/trace_meta.h"

#include <QTemporaryDir>

#include <array>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace vault {
using namespace ariadne;

enum class Clearance { kNone = 0, kLow = 1, kHigh = 7 };
BOOST_DESCRIBE_ENUM(Clearance, kNone, kLow, kHigh)

struct Login {
    std::string user;
    std::string password;
    std::int32_t pin = 0;
    bool operator==(const Login&) const = default;
};
BOOST_DESCRIBE_STRUCT(Login, (), (user, password, pin))
ARIADNE_SECRET(Login, password, pin);

struct Everything {
    bool flag = false;
    std::int8_t small = 0;
    std::uint16_t port = 0;
    std::int64_t large = 0;
    std::uint64_t mask = 0;
    float weight = 0;
    double height = 0;
    std::string text;
    Bytes bytes;
    std::vector<std::string> list;
    std::array<std::int32_t, 3> three{};
    std::map<std::string, std::int32_t> map;
    std::map<double, std::uint8_t> byHeight;
    std::set<std::string> set;
    std::set<std::int8_t> numbers;
    std::optional<std::string> maybe;
    std::variant<std::int32_t, std::string, Login> either;
    Clearance clearance = Clearance::kNone;
    CellRef who;
    Duration wait{0};
    std::vector<Login> logins;
    bool operator==(const Everything&) const = default;
};
BOOST_DESCRIBE_STRUCT(Everything, (),
                      (flag, small, port, large, mask, weight, height, text, bytes, list, three,
                       map, byHeight, set, numbers, maybe, either, clearance, who, wait, logins))

/// The same outside of a secret and inside.
struct Parcel {
    Everything open;
    Everything closed;
};
BOOST_DESCRIBE_STRUCT(Parcel, (), (open, closed))
ARIADNE_SECRET(Parcel, closed);

/// A key of a map that is secret in part.
struct Drawer {
    std::int32_t row = 0;
    std::string code;
    auto operator<=>(const Drawer&) const = default;
};
BOOST_DESCRIBE_STRUCT(Drawer, (), (row, code))
ARIADNE_SECRET(Drawer, code);

struct Memo {
    Text words;
    std::int32_t pages = 0;
};
BOOST_DESCRIBE_STRUCT(Memo, (), (words, pages))

struct Shelf {
    std::uint32_t turns = 0;
    Text diary;  ///< secret
    Text roll;
    Memo memo;                                       ///< secret
    OrderedMap<std::string, std::string> passwords;  ///< secret
    OrderedMap<Drawer, Login> drawers;
    Vector<Login> attempts;
    Vector<std::string> words;  ///< secret
    std::string padding;        ///< secret; of 4 KiB and more only a digest is recorded
    Parcel last;
};
BOOST_DESCRIBE_STRUCT(Shelf, (),
                      (turns, diary, roll, memo, passwords, drawers, attempts, words, padding,
                       last))
ARIADNE_SECRET(Shelf, diary, memo, passwords, words, padding);

/// A random number below a bound.
using Draw = std::function<std::uint64_t(std::uint64_t)>;

std::string passwordOf(const Draw& draw);
Login loginOf(const Draw& draw);
/// `secret`: what it holds is like a password, else like nothing that is secret.
Everything everythingOf(const Draw& draw, bool secret);
/// What one turn may do to it.
void change(Shelf& shelf, const Draw& draw);

}  // namespace vault

namespace ariadne::test {

/// Records program "vault" with a snapshot, whole or not, after every `step` rounds.
std::filesystem::path recordVault(const QTemporaryDir& folder, const std::string& name,
                                  std::uint64_t seed, std::uint64_t step = 5,
                                  ArgumentTexts args = {},
                                  tracefmt::Level level = tracefmt::Level::kFull);

}  // namespace ariadne::test
