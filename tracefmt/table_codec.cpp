#include "tracefmt/table_codec.h"

#include "engine/base/status_macros.h"
#include "tracefmt/capnp_message.h"

#include <tracefmt/trace.capnp.h>

namespace ariadne::tracefmt {

namespace {

constexpr std::size_t kRowBytes = 64;  // not less than any struct of these tables with its pointers

std::size_t textBytes(const std::string& text) {
    return alignedUp(text.size() + 1);
}

absl::StatusOr<TypeDesc> readType(schema::TypeDesc::Reader in) {
    TypeDesc type;
    ARIADNE_ASSIGN_OR_RETURN(type.name, boundedText(in.getName(), "type name"));
    type.kind =
        in.getKind() < kTypeKindCount ? static_cast<TypeKind>(in.getKind()) : TypeKind::kOpaque;
    type.size = in.getSize();
    type.hash = in.getHash();
    for (const auto field : in.getFields()) {
        ARIADNE_ASSIGN_OR_RETURN(std::string name, boundedText(field.getName(), "field name"));
        type.fields.push_back(
            {std::move(name), {field.getType()}, field.getNumber(), field.getSecret()});
    }
    return type;
}

}  // namespace

std::size_t tableBytesOf(const TypeDesc& type) {
    std::size_t bytes = kRowBytes + textBytes(type.name);
    for (const FieldDesc& field : type.fields) bytes += kRowBytes + textBytes(field.name);
    return bytes;
}
std::size_t tableBytesOf(const CellBirth& birth) {
    return kRowBytes + textBytes(birth.path);
}

std::size_t memoryBytesOf(const TypeDesc& type) {
    std::size_t bytes = sizeof type + type.name.size() + type.fields.size() * sizeof(FieldDesc);
    for (const FieldDesc& field : type.fields) bytes += field.name.size();
    return bytes;
}
std::size_t memoryBytesOf(const CellBirth& birth) {
    return sizeof birth + birth.path.size();
}

absl::StatusOr<Bytes> encodeTables(const TablesView& part) {
    std::size_t size = 256;
    for (const TypeDesc& type : part.types) size += tableBytesOf(type);
    for (const CellBirth& birth : part.births) size += tableBytesOf(birth);
    const auto fill = [&](capnp::MessageBuilder& message) {
        auto out = message.initRoot<schema::Tables>();
        out.setFull(part.full);
        out.setFirstType(part.firstType);
        auto types = out.initTypes(static_cast<unsigned>(part.types.size()));
        for (unsigned i = 0; i < part.types.size(); ++i) {
            const TypeDesc& type = part.types[i];
            types[i].setName(toText(type.name));
            types[i].setKind(static_cast<std::uint8_t>(type.kind));
            types[i].setSize(type.size);
            types[i].setHash(type.hash);
            auto fields = types[i].initFields(static_cast<unsigned>(type.fields.size()));
            for (unsigned f = 0; f < type.fields.size(); ++f) {
                fields[f].setName(toText(type.fields[f].name));
                fields[f].setType(type.fields[f].type.value);
                fields[f].setNumber(type.fields[f].number);
                fields[f].setSecret(type.fields[f].secret);
            }
        }
        out.setFirstBirth(part.firstBirth);
        auto births = out.initBirths(static_cast<unsigned>(part.births.size()));
        for (unsigned i = 0; i < part.births.size(); ++i) {
            const CellBirth& birth = part.births[i];
            births[i].setParent(birth.parent.value);
            births[i].setType(birth.type.value);
            births[i].setKey(birth.key.value);
            births[i].setBornAt(birth.bornAt.value);
            births[i].setPath(toText(birth.path));
        }
    };
    return buildMessage(size, fill);
}

absl::StatusOr<TablesPart> decodeTables(ByteView raw) {
    TablesPart part;
    ARIADNE_RETURN_IF_ERROR(readMessage(raw, [&](capnp::MessageReader& message) -> absl::Status {
        const auto in = message.getRoot<schema::Tables>();
        part.full = in.getFull();
        part.firstType = in.getFirstType();
        part.firstBirth = in.getFirstBirth();
        ARIADNE_RETURN_IF_ERROR(checkRows<schema::TypeDesc>(in.getTypes(), raw.size()));
        ARIADNE_RETURN_IF_ERROR(checkRows<schema::Birth>(in.getBirths(), raw.size()));
        for (const auto type : in.getTypes()) {
            ARIADNE_RETURN_IF_ERROR(checkRows<schema::Field>(type.getFields(), raw.size()));
            ARIADNE_ASSIGN_OR_RETURN(TypeDesc desc, readType(type));
            part.types.push_back(std::move(desc));
        }
        std::uint32_t rank = part.firstBirth;
        for (const auto birth : in.getBirths()) {
            ARIADNE_ASSIGN_OR_RETURN(std::string path, boundedText(birth.getPath(), "cell path"));
            part.births.push_back({{rank++},
                                   {birth.getParent()},
                                   {birth.getKey()},
                                   {birth.getType()},
                                   std::move(path),
                                   {birth.getBornAt()}});
        }
        return absl::OkStatus();
    }));
    return part;
}

}  // namespace ariadne::tracefmt
