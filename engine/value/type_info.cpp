#include "engine/value/type_info.h"

#include "engine/base/digest.h"

#include <atomic>

namespace ariadne::value {

TypeIndex TypeBuilder::find(std::uint64_t hash) const {
    // Tables hold tens of types and each is looked for once per run: a scan is the simple answer.
    for (std::uint32_t i = 1; i < table_.size(); ++i)
        if (table_.at({i}).hash == hash) return {i};
    return {};
}

namespace {
std::vector<const TypeInfo*>& messageTypes() {
    static std::vector<const TypeInfo*> types;  // ban-ok: filled while a module is loaded
    return types;
}
}  // namespace

bool registerMessageType(const TypeInfo& info) {
    messageTypes().push_back(&info);
    return true;
}

const TypeInfo* findMessageType(std::uint64_t hash) {
    for (const TypeInfo* info : messageTypes())
        if (info->hash == hash) return info;
    return nullptr;
}

namespace internal {

std::uint32_t nextTypeNumber() {
    static std::atomic<std::uint32_t> next{0};  // ban-ok: numbers of a process, in no trace
    return next++;
}

std::uint64_t startHash(TypeKind kind, std::string_view name, std::uint32_t size) {
    return mixWord(hashText(name, static_cast<std::uint64_t>(kind) + 1), size);
}

std::uint64_t addToHash(std::uint64_t hash, std::string_view fieldName, std::uint64_t fieldHash) {
    return mixWord(hashText(fieldName, hash), fieldHash);
}

}  // namespace internal
}  // namespace ariadne::value
