#pragma once

#include <cmath>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <QByteArray>
#include <QString>
#include <QUrl>

#include "p2p/base/encoding.h"
#include "p2p/control/names.h"
#include "p2p/crypto/secret.h"
#include "p2p/wire/fields.h"
#include "p2p/wire/json_text.h"

/// The values of the facade as JSON and back. Structs by field lists, as on the wire (p2p/wire/fields.h): their own, or a free
/// function `fields(f, value)` (fields.h here). Unlike there the other side is a process of the same person, so texts and
/// lists are bounded by the line alone; what is not known is null.
namespace mutoscope::control
{

namespace traits
{

template <class T>
inline constexpr bool isOptional = false;
template <class T>
inline constexpr bool isOptional<std::optional<T>> = true;
template <class T>
inline constexpr bool isVector = false;
template <class T>
inline constexpr bool isVector<std::vector<T>> = true;
template <class T>
inline constexpr bool isShared = false;
template <class T>
inline constexpr bool isShared<std::shared_ptr<const T>> = true;
template <class T>
inline constexpr bool isTuple = false;
template <class... T>
inline constexpr bool isTuple<std::tuple<T...>> = true;
template <class T>
inline constexpr bool isStrong = false;
template <class Tag, class Rep>
inline constexpr bool isStrong<base::Strong<Tag, Rep>> = true;
template <class T>
inline constexpr bool isFixed = false;
template <class Tag, std::size_t N>
inline constexpr bool isFixed<base::FixedBytes<Tag, N>> = true;
template <class T>
inline constexpr bool isText = std::is_same_v<T, std::string> || std::is_same_v<T, QString> || std::is_same_v<T, QUrl> ||
                               std::is_same_v<T, QByteArray> || std::is_same_v<T, std::filesystem::path>;

} // namespace traits

/// A fraction travels in millionths: JSON as we read it has whole numbers only.
inline constexpr double fractionUnit = 1e6;

template <class E>
[[nodiscard]] std::string_view enumText(E value)
{
    if constexpr (requires { namesOf(value); })
        return wire::enumName(value);
    else
        return nameOf(value);
}

template <class E>
[[nodiscard]] bool enumFromText(std::string_view text, E& value)
{
    if constexpr (requires { namesOf(value); })
        return wire::enumFromName(text, value);
    for (int i = 0;; ++i) {
        const std::string_view name = enumText(static_cast<E>(i));
        if (name.empty())
            return false;
        if (name == text) {
            value = static_cast<E>(i);
            return true;
        }
    }
}

class Writer
{
public:
    template <class T>
    [[nodiscard]] static std::string textOf(const T& value)
    {
        Writer writer;
        writer.value(value);
        return std::move(writer.m_text);
    }

    /// For field lists. Limits are the reader's business.
    template <class T, class... Limits>
    void operator()(const char* name, const T& member, Limits...)
    {
        comma();
        string(name);
        m_text += ':';
        value(member);
    }

private:
    template <class T>
    void value(const T& value)
    {
        if constexpr (std::is_same_v<T, bool>) {
            m_text += value ? "true" : "false";
        } else if constexpr (std::is_integral_v<T>) {
            m_text += std::to_string(value);
        } else if constexpr (std::is_floating_point_v<T>) {
            m_text += std::to_string(std::llround(value * fractionUnit));
        } else if constexpr (std::is_enum_v<T>) {
            string(enumText(value));
        } else if constexpr (traits::isStrong<T>) {
            m_text += std::to_string(value.value());
        } else if constexpr (std::is_same_v<T, base::PublicKey>) {
            string(base::toBase64Url(value.raw()));
        } else if constexpr (traits::isFixed<T>) {
            string(base::toHex(value.raw()));
        } else if constexpr (std::is_same_v<T, std::string>) {
            string(value);
        } else if constexpr (std::is_same_v<T, QString>) {
            string(value.toStdString());
        } else if constexpr (std::is_same_v<T, QUrl>) {
            string(value.toString(QUrl::FullyEncoded).toStdString());
        } else if constexpr (std::is_same_v<T, QByteArray>) {
            string(base::toBase64Url({value.constData(), static_cast<std::size_t>(value.size())}));
        } else if constexpr (std::is_same_v<T, std::filesystem::path>) {
            string(value.string());
        } else if constexpr (std::is_same_v<T, crypto::SecretBytes>) {
            string(value.view()); // words or a passphrase
        } else if constexpr (traits::isOptional<T> || traits::isShared<T>) {
            if (value)
                this->value(*value);
            else
                m_text += "null";
        } else if constexpr (traits::isVector<T>) {
            list([&] {
                for (const auto& each : value)
                    item(each);
            });
        } else if constexpr (traits::isTuple<T>) {
            list([&] { std::apply([this](const auto&... each) { (item(each), ...); }, value); });
        } else {
            object(value);
        }
    }
    template <class T>
    void object(const T& value)
    {
        m_text += '{';
        m_isFirst = true;
        auto& members = const_cast<T&>(value); // one list serves both directions; writing changes nothing
        if constexpr (requires { members.fields(*this); })
            members.fields(*this);
        else
            fields(*this, members);
        m_text += '}';
        m_isFirst = false;
    }
    template <class Items>
    void list(Items items)
    {
        m_text += '[';
        m_isFirst = true;
        items();
        m_text += ']';
        m_isFirst = false;
    }
    template <class T>
    void item(const T& each)
    {
        comma();
        value(each);
    }
    void comma()
    {
        if (!std::exchange(m_isFirst, false))
            m_text += ',';
    }
    /// What is not UTF-8 is replaced.
    void string(std::string_view text);

    std::string m_text;
    bool m_isFirst = true; ///< of the innermost object or list
};

class Reader
{
public:
    /// Malformed with the name of what does not fit: everything must be there, and nothing else.
    template <class T>
    [[nodiscard]] static base::Result<void> read(const wire::JsonValue& from, T& value)
    {
        std::string wrong;
        if (into(from, value, wrong))
            return {};
        return base::fail(base::ErrorCode::Malformed, wrong.empty() ? "the value does not fit" : "'" + wrong + "' does not fit");
    }

    /// For field lists.
    template <class T, class... Limits>
    void operator()(const char* name, T& member, Limits...)
    {
        const wire::JsonValue* const value = m_object.member(name);
        if (value != nullptr && m_isGood && into(*value, member, m_wrong)) {
            ++m_seen;
            return;
        }
        m_isGood = false;
        if (m_wrong.empty())
            m_wrong = name;
    }

private:
    Reader(const wire::JsonValue& object, std::string& wrong) : m_object(object), m_wrong(wrong) {}

    using Kind = wire::JsonValue::Kind;

    template <class T>
    [[nodiscard]] static bool into(const wire::JsonValue& from, T& value, std::string& wrong)
    {
        if constexpr (std::is_same_v<T, bool>) {
            value = from.number != 0;
            return from.is(Kind::Boolean);
        } else if constexpr (std::is_integral_v<T>) {
            if (!from.is(Kind::Number) || !std::in_range<T>(from.number))
                return false;
            value = static_cast<T>(from.number);
            return true;
        } else if constexpr (std::is_floating_point_v<T>) {
            value = static_cast<T>(from.number) / fractionUnit;
            return from.is(Kind::Number);
        } else if constexpr (traits::isStrong<T>) {
            typename T::Value number = 0;
            if (!into(from, number, wrong))
                return false;
            value = T(number);
            return true;
        } else if constexpr (traits::isOptional<T>) {
            value.reset();
            return from.is(Kind::Null) || into(from, value.emplace(), wrong);
        } else if constexpr (std::is_same_v<T, crypto::SharedSecret>) {
            value = from.is(Kind::String) ? std::make_shared<const crypto::SecretBytes>(crypto::SecretBytes::copyOf(from.text)) : nullptr;
            return from.is(Kind::String) || from.is(Kind::Null);
        } else if constexpr (traits::isShared<T>) {
            value.reset();
            if (from.is(Kind::Null))
                return true;
            auto read = std::make_shared<std::remove_const_t<typename T::element_type>>();
            if (!into(from, *read, wrong))
                return false;
            value = std::move(read);
            return true;
        } else if constexpr (traits::isVector<T>) {
            value.clear();
            if (!from.is(Kind::Array))
                return false;
            for (const wire::JsonValue& each : from) {
                if (!into(each, value.emplace_back(), wrong))
                    return false;
            }
            return true;
        } else if constexpr (traits::isTuple<T>) {
            if (!from.is(Kind::Array) || from.count != std::tuple_size_v<T>)
                return false;
            auto item = from.begin();
            const auto next = [&](auto& each) {
                const bool isGood = into(*item, each, wrong);
                ++item;
                return isGood;
            };
            return std::apply([&](auto&... each) { return (next(each) && ...); }, value);
        } else if constexpr (std::is_enum_v<T>) {
            return from.is(Kind::String) && enumFromText(from.text, value);
        } else if constexpr (traits::isFixed<T> || traits::isText<T>) {
            return from.is(Kind::String) && fromText(from.text, value);
        } else {
            return object(from, value, wrong);
        }
    }
    template <class T>
    [[nodiscard]] static bool fromText(std::string_view text, T& value)
    {
        if constexpr (traits::isFixed<T>) {
            std::optional<T> parsed;
            if constexpr (std::is_same_v<T, base::PublicKey>)
                parsed = base::fixedFromBase64Url<T>(text);
            else
                parsed = base::fixedFromHex<T>(text);
            value = parsed.value_or(T());
            return parsed.has_value();
        } else if constexpr (std::is_same_v<T, QString>) {
            value = QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
            return true;
        } else if constexpr (std::is_same_v<T, QUrl>) {
            value = QUrl(QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())), QUrl::StrictMode);
            return text.empty() || value.isValid();
        } else if constexpr (std::is_same_v<T, QByteArray>) {
            const auto bytes = base::fromBase64Url(text);
            value = bytes ? QByteArray::fromStdString(*bytes) : QByteArray();
            return bytes.has_value();
        } else {
            value = T(std::string(text));
            return true;
        }
    }
    template <class T>
    [[nodiscard]] static bool object(const wire::JsonValue& from, T& value, std::string& wrong)
    {
        if (!from.is(Kind::Object))
            return false;
        Reader reader(from, wrong);
        if constexpr (requires { value.fields(reader); })
            value.fields(reader);
        else
            fields(reader, value);
        return reader.m_isGood && reader.m_seen == from.count;
    }

    const wire::JsonValue& m_object;
    std::string& m_wrong; ///< the innermost member that does not fit
    std::size_t m_seen = 0;
    bool m_isGood = true;
};

} // namespace mutoscope::control
