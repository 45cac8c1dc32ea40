#include "engine/library/registry.h"

#include "engine/library/answer.h"

#include <algorithm>
#include <string_view>

namespace ariadne::library {
namespace {

/// The keys of `map` whose entries satisfy `wanted`; a copy, so that the map may change meanwhile.
template <class Map, class F>
std::vector<std::string> keysWhere(const Map& map, F&& wanted) {
    std::vector<std::string> keys;
    for (const auto& [key, entry] : map)
        if (wanted(entry)) keys.push_back(key);
    return keys;
}

}  // namespace

void Registry::on(Context& cx, const Register& m) {
    if (m.name.empty() || !m.who) {
        refuse(cx, RegisterRefused{m.name,
                                   {},
                                   m.name.empty() ? "an empty name was to be registered; give one"
                                                  : "the name '" + m.name +
                                                        "' was to be registered for nobody; give "
                                                        "the cell that shall have it"});
        return;
    }
    if (names.try_emplace(m.name, m.who)) {
        watched.add(cx, m.who);
    } else if (const CellRef holder = names.at(m.name); holder != m.who) {
        refuse(cx, RegisterRefused{m.name, holder,
                                   "the name '" + m.name +
                                       "' is held by another cell; unregister it first, or take "
                                       "another name"});
        return;
    }
    answer(cx, Registered{m.name});
    tellWaiting(cx, m.name, m.who);
}

void Registry::tellWaiting(Context& cx, const std::string& name, const CellRef& who) {
    const auto at = waiting.find(name);
    if (at == waiting.end()) return;
    const std::vector<ReplyTo> told = at->second;
    waiting.erase(name);
    for (const ReplyTo& to : told) {
        watched.drop(cx, to.asker);
        answerLater(cx, to, Found{name, who});
    }
}

void Registry::on(Context& cx, const Unregister& m) {
    std::optional<CellRef> was;
    if (const auto at = names.find(m.name); at != names.end()) {
        was = at->second;
        names.erase(m.name);
        watched.drop(cx, *was);
    }
    answer(cx, Unregistered{m.name, was});
}

void Registry::on(Context& cx, const LookUp& m) {
    const auto at = names.find(m.name);
    cx.reply(Found{m.name, at == names.end() ? std::nullopt : std::optional{at->second}});
}

void Registry::on(Context& cx, const WaitFor& m) {
    if (const auto at = names.find(m.name); at != names.end()) {
        cx.reply(Found{m.name, at->second});
        return;
    }
    const ReplyTo to = cx.replyTo();
    if (!to.asker) return;  // from outside: nobody could be told
    waiting[m.name].push_back(to);
    watched.add(cx, to.asker);
}

void Registry::on(Context& cx, const ListNames& m) {
    NameList list;
    for (auto at = names.lower_bound(m.prefix);
         at != names.end() && at->first.starts_with(m.prefix); ++at)
        list.names.push_back(at->first);
    cx.reply(std::move(list));
}

void Registry::on(Context&, const Down& m) {
    for (const std::string& name : keysWhere(names, [&](CellRef who) { return who == m.who; }))
        names.erase(name);
    const auto waits = [&](const ReplyTo& to) { return to.asker == m.who; };
    for (const std::string& name : keysWhere(waiting, [&](const auto& all) {
             return std::any_of(all.begin(), all.end(), waits);
         })) {
        waiting.update(name, [&](auto& all) { std::erase_if(all, waits); });
        if (waiting.at(name).empty()) waiting.erase(name);
    }
    watched.ended(m.who);
}

}  // namespace ariadne::library
