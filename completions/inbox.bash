
_clap_complete_inbox() {
    local IFS=$'\013'
    local _CLAP_COMPLETE_INDEX=${COMP_CWORD}
    local _CLAP_COMPLETE_COMP_TYPE=${COMP_TYPE}
    if compopt +o nospace 2> /dev/null; then
        local _CLAP_COMPLETE_SPACE=false
    else
        local _CLAP_COMPLETE_SPACE=true
    fi
    local words=("${COMP_WORDS[@]}")
    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
        words[COMP_CWORD]="$2"
    fi
    COMPREPLY=( $( \
        _CLAP_IFS="$IFS" \
        _CLAP_COMPLETE_INDEX="$_CLAP_COMPLETE_INDEX" \
        _CLAP_COMPLETE_COMP_TYPE="$_CLAP_COMPLETE_COMP_TYPE" \
        _CLAP_COMPLETE_SPACE="$_CLAP_COMPLETE_SPACE" \
        INBOX_COMPLETE="bash" \
        "inbox" -- "${words[@]}" \
    ) )
    if [[ $? != 0 ]]; then
        unset COMPREPLY
    elif [[ $_CLAP_COMPLETE_SPACE == false ]] && [[ "${COMPREPLY-}" =~ [=/:]$ ]]; then
        compopt -o nospace
    fi
}
if [[ "${BASH_VERSINFO[0]}" -eq 4 && "${BASH_VERSINFO[1]}" -ge 4 || "${BASH_VERSINFO[0]}" -gt 4 ]]; then
    complete -o nospace -o bashdefault -o nosort -F _clap_complete_inbox inbox
else
    complete -o nospace -o bashdefault -F _clap_complete_inbox inbox
fi


_inbox() {
    local whole=() count=0 glue='' index=0 i word
    for ((i = 0; i < ${#COMP_WORDS[@]}; i++)); do
        word=${COMP_WORDS[i]}
        if [[ $count -gt 0 && ( -n $glue || $word == [=:] ) ]]; then
            whole[count - 1]+=$word
        else
            whole[count]=$word
            count=$((count + 1))
        fi
        if [[ $word == [=:] ]]; then glue=1; else glue=''; fi
        if [[ $i -eq $COMP_CWORD ]]; then index=$((count - 1)); fi
    done
    local COMP_WORDS=("${whole[@]}") COMP_CWORD=$index
    local typed=${whole[index]}
    local before=${typed%"${typed##*[=:]}"}
    _clap_complete_inbox "$1" "$typed" "$3"
    COMPREPLY=("${COMPREPLY[@]#"$before"}")
}
if [[ ${BASH_VERSINFO[0]} -gt 4 || ${BASH_VERSINFO[0]} -eq 4 && ${BASH_VERSINFO[1]} -ge 4 ]]; then
    complete -o nospace -o bashdefault -o nosort -F _inbox inbox
else
    complete -o nospace -o bashdefault -F _inbox inbox
fi
