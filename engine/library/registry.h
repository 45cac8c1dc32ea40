// Names to cells: who is called what, told to whoever asks, or waits.
#pragma once

#include "engine/library/watch_list.h"

#include <boost/describe.hpp>

#include <optional>
#include <string>
#include <vector>

namespace ariadne::library {

/// Gives `who` the name `name`, which is any text but the empty one. Answered with Registered, or
/// with RegisterRefused when somebody else has it. To have it already is well.
struct Register {
    std::string name{};
    CellRef who{};
};
BOOST_DESCRIBE_STRUCT(Register, (), (name, who))

struct Registered {
    std::string name{};
};
BOOST_DESCRIBE_STRUCT(Registered, (), (name))

struct RegisterRefused {
    std::string name{};
    CellRef holder{};  ///< who has the name; nobody when there is something wrong with the request
    std::string why{};
};
BOOST_DESCRIBE_STRUCT(RegisterRefused, (), (name, holder, why))

/// Takes the name away from whoever has it. Answered with Unregistered.
struct Unregister {
    std::string name{};
};
BOOST_DESCRIBE_STRUCT(Unregister, (), (name))

struct Unregistered {
    std::string name{};
    std::optional<CellRef> was{};  ///< who had it
};
BOOST_DESCRIBE_STRUCT(Unregistered, (), (name, was))

/// Answered at once with Found.
struct LookUp {
    std::string name{};
};
BOOST_DESCRIBE_STRUCT(LookUp, (), (name))

/// Answered with Found as soon as somebody has the name; that may be at once. Ask with the patience
/// there is, or send it plainly: Found then comes as a plain message, and there is no timeout.
struct WaitFor {
    std::string name{};
};
BOOST_DESCRIBE_STRUCT(WaitFor, (), (name))

/// `who` had the name when this was sent, and may have ended since: monitor it.
struct Found {
    std::string name{};
    std::optional<CellRef> who{};  ///< nullopt: nobody has the name
};
BOOST_DESCRIBE_STRUCT(Found, (), (name, who))

/// Answered with NameList: all names that begin with `prefix`, ascending by bytes.
struct ListNames {
    std::string prefix{};
};
BOOST_DESCRIBE_STRUCT(ListNames, (), (prefix))

struct NameList {
    std::vector<std::string> names{};
};
BOOST_DESCRIBE_STRUCT(NameList, (), (names))

/// A name belongs to one cell, a cell may have many names; a cell that ends loses all of them, and
/// waits for none. A Down costs a walk over all names, everything else the logarithm of them.
struct Registry {
    OrderedMap<std::string, CellRef> names{};
    OrderedMap<std::string, std::vector<ReplyTo>> waiting{};  ///< in order of asking; never empty
    WatchList watched{};                                      ///< holders and who waits

    void on(Context& cx, const Register& m);
    void on(Context& cx, const Unregister& m);
    void on(Context& cx, const LookUp& m);
    void on(Context& cx, const WaitFor& m);
    void on(Context& cx, const ListNames& m);
    void on(Context& cx, const Down& m);

    ARIADNE_ACCEPTS(Registry, Register, Unregister, LookUp, WaitFor, ListNames, Down)

private:
    void tellWaiting(Context& cx, const std::string& name, const CellRef& who);
};
BOOST_DESCRIBE_STRUCT(Registry, (), (names, waiting, watched))

}  // namespace ariadne::library
