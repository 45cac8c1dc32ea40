#include "engine/kernel/type_registry.h"

#include <utility>

namespace ariadne::kernel {

TypeIndex TypeRegistry::indexOf(const TypeTable& from, TypeIndex type) {
    // In the order of TypeBuilder::add(): an entry, then what its fields are made of. Without
    // recursion: the other table may come from a file.
    const auto enter = [&](TypeIndex other) -> std::pair<TypeIndex, bool> {
        const std::uint64_t hash = from.at(other).hash;
        for (std::uint32_t i = 1; i < table_.size(); ++i)
            if (table_.at({i}).hash == hash) return {{i}, false};
        TypeDesc desc = from.at(other);
        for (FieldDesc& field : desc.fields) field.type = {};
        return {table_.add(std::move(desc)), true};
    };
    struct Open {
        TypeIndex there;
        TypeIndex here;
        std::size_t next = 0;
    };
    const auto [index, isNew] = enter(type);
    std::vector<Open> open;
    if (isNew) open.push_back({type, index});
    while (!open.empty()) {
        Open& top = open.back();
        const std::vector<FieldDesc>& fields = from.at(top.there).fields;
        if (top.next == fields.size()) {
            open.pop_back();
            continue;
        }
        const std::size_t field = top.next++;
        if (fields[field].type.value == 0) continue;  // an enumerator
        const auto [inner, added] = enter(fields[field].type);
        TypeDesc desc = table_.at(top.here);
        desc.fields[field].type = inner;
        table_.replace(top.here, std::move(desc));
        if (added) open.push_back({fields[field].type, inner});
    }
    return index;
}

}  // namespace ariadne::kernel
